using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>Writes the coverage of one stream: each of its windows once when it is over, and corrections after that.</summary>
internal sealed class StreamCoverage(StreamId stream, ISegmentOutput output)
{
    private readonly List<CoverageLine> unreported = [];
    private long reportedUntil = long.MinValue;

    /// <summary>The stream.</summary>
    public StreamId Stream => stream;

    /// <summary>Where lines are written.</summary>
    public ISegmentOutput Output => output;

    /// <summary>Of all lines: two of them are hardly ever told something at once.</summary>
    public Lock Gate { get; } = new();

    /// <summary>A segment was sealed, or its rows are stored although it is still held.</summary>
    public CoverageLine Sealed(OpenSegment segment, CoverageState state)
    {
        var line = new CoverageLine(this, segment.Window, state) { Range = segment.Range, Rows = segment.Count, Grade = GradeOf(segment, state) };
        if (segment.Window.EndMicros <= reportedUntil)
            line.Report(Hearing.None);
        else
            unreported.Add(line);
        return line;
    }

    /// <summary>A window is over: says what is known about it.</summary>
    /// <param name="window">The window.</param>
    /// <param name="held">The segment that is still open in this window, if any.</param>
    /// <param name="quiet">True when it is proven that nothing of the stream was received in it.</param>
    /// <param name="heard">How well the connection was heard.</param>
    /// <returns>What the window's own line says: held, quiet or absent; fragment where lines of its segments say what there is.</returns>
    public CoverageState Report(Window window, OpenSegment? held, bool quiet, Hearing heard)
    {
        reportedUntil = window.EndMicros;
        var (lines, kept) = (0, 0);
        for (var index = 0; index < unreported.Count; index++)
        {
            var line = unreported[index];
            if (line.Window.StartMicros > window.StartMicros)
            {
                unreported[kept++] = line;
                continue;
            }

            line.Report(heard);
            lines += line.Window == window ? 1 : 0;
        }

        unreported.RemoveRange(kept, unreported.Count - kept);
        var state = held is not null ? CoverageState.Held : lines > 0 ? CoverageState.Fragment : quiet ? CoverageState.Quiet : CoverageState.Absent;
        if (state != CoverageState.Fragment)
            new CoverageLine(this, window, state) { Range = held?.Range, Rows = held?.Count ?? 0, Grade = held is null ? null : GradeOf(held, state) }.Report(heard);
        return state;
    }

    /// <summary>A window that was reported as absent is proven quiet now.</summary>
    public void ProvenQuiet(Window window) => new CoverageLine(this, window, CoverageState.Quiet).Report(Hearing.None);

    /// <summary>Nobody wants the stream any more.</summary>
    public void Delisted(Window window) => new CoverageLine(this, window, CoverageState.Delisted).Report(Hearing.None);

    /// <summary>The stream ends: what was not reported yet is.</summary>
    public void Close(Hearing heard)
    {
        foreach (var line in unreported)
            line.Report(heard);
        unreported.Clear();
    }

    private static ProofGrade? GradeOf(OpenSegment segment, CoverageState state) =>
        state is CoverageState.Whole or CoverageState.Held && segment.Grade != ProofGrade.None ? segment.Grade : null;
}
