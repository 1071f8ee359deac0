using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Proofs;

/// <summary>
/// The journal of one stream: its coverage lines, and the time in which a recording was expected. Read all coverage before the stored segments.
/// </summary>
internal sealed class StreamJournal(StreamId stream)
{
    private readonly List<CoverageRecord> lines = [];
    private readonly List<long> delistings = []; // starts of the windows in which a replica reported a delisting
    private readonly List<long> storedAfterDelisting = []; // starts of windows with a segment; kept only if there is a delisting
    private long expectedFrom = long.MaxValue;
    private long lastReceivedBefore = long.MinValue; // start of the latest window before the period in which a replica received events
    private long lastRecordedBefore = long.MinValue; // start of the latest window before the period that a replica recorded
    private List<(long From, long To)>? unlisted; // from each delisting until the stream was listed again; null until it is needed

    /// <summary>The stream.</summary>
    public StreamId Stream => stream;

    /// <summary>The lines about segments and quiet windows, in the order in which they were written.</summary>
    public IReadOnlyList<CoverageRecord> Lines => lines;

    /// <summary>True when a recording was expected at any known time.</summary>
    public bool WasExpected => expectedFrom < long.MaxValue && (IsExpected(expectedFrom) || Unlisted().Exists(span => span.To < long.MaxValue));

    /// <summary>Start of the first window that a line mentions; <see cref="long.MaxValue"/> when there is no line.</summary>
    public long FirstMentioned { get; private set; } = long.MaxValue;

    /// <summary>Records that a recording was already expected before the period.</summary>
    public void ExpectFrom(long micros)
    {
        Mention(micros);
        expectedFrom = Math.Min(expectedFrom, micros);
    }

    /// <summary>Records that a line mentions the stream.</summary>
    public void Mention(long micros) => FirstMentioned = Math.Min(FirstMentioned, micros);

    /// <summary>Adds a line about a window of the period.</summary>
    public void Add(in CoverageRecord line)
    {
        UpdateExpected(line);
        if (line.State != CoverageState.Delisted)
            lines.Add(line);
    }

    /// <summary>Adds a line about a window before the period. It changes only the expected time.</summary>
    public void AddEarlier(in CoverageRecord line)
    {
        UpdateExpected(line);
        if (line.Rows > 0)
            lastReceivedBefore = Math.Max(lastReceivedBefore, line.Window.StartMicros);
        if (line.State != CoverageState.Delisted)
            lastRecordedBefore = Math.Max(lastRecordedBefore, line.Window.StartMicros);
    }

    /// <summary>
    /// Records that a segment of a window is stored. If the window is after a delisting, the stream was listed again, even if no line reports it.
    /// </summary>
    public void AddStored(long start)
    {
        if (delistings.Count == 0)
            return;
        storedAfterDelisting.Add(start);
        unlisted = null;
    }

    /// <summary>
    /// True when a recording was expected at this time. A delisting that one replica reports ends the stream for all replicas, until a replica receives
    /// events of a later window, or still reports the stream after <see cref="EarlierCoverage.MaxDelistingDelay"/>.
    /// </summary>
    public bool IsExpected(long micros) => micros >= expectedFrom && (delistings.Count == 0 || !Unlisted().Exists(span => micros >= span.From && micros < span.To));

    private void UpdateExpected(in CoverageRecord line)
    {
        ExpectFrom(line.Window.StartMicros);
        unlisted = null;
        if (line.State == CoverageState.Delisted)
            delistings.Add(line.Window.StartMicros);
    }

    private List<(long From, long To)> Unlisted() => unlisted ??= [.. delistings.Select(from => (from, FirstListedAfter(from)))];

    /// <summary>Start of the first window after a delisting that shows that the stream was listed again; <see cref="long.MaxValue"/> when there is none.</summary>
    private long FirstListedAfter(long micros)
    {
        var first = lastReceivedBefore > micros ? lastReceivedBefore : long.MaxValue;
        if (lastRecordedBefore > micros + EarlierCoverage.MaxDelistingDelay)
            first = Math.Min(first, lastRecordedBefore);
        foreach (var line in lines)
            if (line.Window.StartMicros > (line.Rows > 0 ? micros : micros + EarlierCoverage.MaxDelistingDelay))
                first = Math.Min(first, line.Window.StartMicros);
        foreach (var start in storedAfterDelisting)
            if (start > micros)
                first = Math.Min(first, start);
        return first;
    }
}
