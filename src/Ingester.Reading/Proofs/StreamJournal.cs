using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Proofs;

/// <summary>The journal of one stream: its coverage lines, and the time spans in which a recording was expected.</summary>
internal sealed class StreamJournal(StreamId stream)
{
    private readonly List<CoverageRecord> lines = [];
    private readonly List<(long From, long To)> expected = []; // the last span is open-ended until the stream is delisted

    /// <summary>The stream.</summary>
    public StreamId Stream => stream;

    /// <summary>The lines about segments and quiet windows, in the order in which they were written.</summary>
    public IReadOnlyList<CoverageRecord> Lines => lines;

    /// <summary>True when a recording was expected at any known time.</summary>
    public bool WasExpected => expected.Exists(span => span.To > span.From);

    /// <summary>Start of the first window that a line mentions; <see cref="long.MaxValue"/> when there is no line.</summary>
    public long FirstMentioned { get; private set; } = long.MaxValue;

    /// <summary>Records that a recording was already expected before the period.</summary>
    public void ExpectFrom(long micros)
    {
        Mention(micros);
        expected.Add((micros, long.MaxValue));
    }

    /// <summary>Records that a line mentions the stream.</summary>
    public void Mention(long micros) => FirstMentioned = Math.Min(FirstMentioned, micros);

    /// <summary>Adds a line of the period, in the order in which the lines were written.</summary>
    public void Add(in CoverageRecord line)
    {
        UpdateExpected(line);
        if (line.State != CoverageState.Delisted)
            lines.Add(line);
    }

    /// <summary>
    /// Updates only the expected time spans from a line. The first reported delisting ends the stream, even if another replica still writes about
    /// windows before it.
    /// </summary>
    public void UpdateExpected(in CoverageRecord line)
    {
        var start = line.Window.StartMicros;
        Mention(start);
        if (line.State == CoverageState.Delisted)
        {
            if (expected.Count == 0)
                expected.Add((start, start));
            else if (start < expected[^1].To)
                expected[^1] = (Math.Min(expected[^1].From, start), start);
        }
        else if (expected.Count == 0 || (start > expected[^1].To && line.Rows > 0))
        {
            expected.Add((start, long.MaxValue)); // listed for the first time, or again
        }
        else if (expected.Count == 1 && start < expected[0].From)
        {
            expected[0] = (start, expected[0].To);
        }
    }

    /// <summary>
    /// Records that a segment of a window is stored. If the window is after the end of the stream, the stream was listed again, even if no line
    /// reports it.
    /// </summary>
    public void AddStored(long start)
    {
        if (expected.Count > 0 && start > expected[^1].To)
            expected.Add((start, long.MaxValue));
    }

    /// <summary>True when a recording was expected at this time.</summary>
    public bool IsExpected(long micros)
    {
        foreach (var (from, to) in expected)
            if (micros >= from && micros < to)
                return true;
        return false;
    }
}
