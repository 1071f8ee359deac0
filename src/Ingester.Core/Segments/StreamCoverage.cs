using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>Writes the coverage lines of one stream: each window once when it is over, and later corrections.</summary>
internal sealed class StreamCoverage(StreamId stream, CoverageJournal journal)
{
    private readonly List<CoverageLine> unreported = [];
    private long reportedUntil = long.MinValue;

    /// <summary>Adds the line of a segment that was sealed, or that was stored while it is still held.</summary>
    public CoverageLine AddSegment(OpenSegment segment, CoverageState state)
    {
        var line = new CoverageLine(stream, segment.Window, state) { Range = segment.Range, Rows = segment.Count, Grade = GradeOf(segment, state) };
        if (segment.Window.EndMicros <= reportedUntil)
            journal.Report(line, ConnectionQuality.None);
        else
            unreported.Add(line);
        return line;
    }

    /// <summary>Reports a window that is over.</summary>
    /// <param name="window">The window.</param>
    /// <param name="held">The segment of this window that is still open, if any.</param>
    /// <param name="quiet">True when it is proven that the stream had no events in the window.</param>
    /// <param name="quality">Quality of the connection.</param>
    /// <returns>The state in the window's own line: held, quiet or absent; fragment when the lines of its segments describe the window.</returns>
    public CoverageState Report(Window window, OpenSegment? held, bool quiet, ConnectionQuality quality)
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

            journal.Report(line, quality);
            lines += line.Window == window ? 1 : 0;
        }

        unreported.RemoveRange(kept, unreported.Count - kept);
        var state = held is not null ? CoverageState.Held : lines > 0 ? CoverageState.Fragment : quiet ? CoverageState.Quiet : CoverageState.Absent;
        if (state != CoverageState.Fragment)
            journal.Report(new(stream, window, state) { Range = held?.Range, Rows = held?.Count ?? 0, Grade = held is null ? null : GradeOf(held, state) }, quality);
        return state;
    }

    /// <summary>Reports a window as quiet that was reported as absent before.</summary>
    public void ReportQuiet(Window window) => journal.Report(new(stream, window, CoverageState.Quiet), ConnectionQuality.None);

    /// <summary>Reports that the stream is not recorded any more.</summary>
    public void ReportDelisted(Window window) => journal.Report(new(stream, window, CoverageState.Delisted), ConnectionQuality.None);

    /// <summary>Reports the remaining lines because the stream ends.</summary>
    public void ReportRemaining(ConnectionQuality quality)
    {
        foreach (var line in unreported)
            journal.Report(line, quality);
        unreported.Clear();
    }

    private static ProofGrade? GradeOf(OpenSegment segment, CoverageState state) =>
        state is CoverageState.Whole or CoverageState.Held && segment.Grade != ProofGrade.None ? segment.Grade : null;
}
