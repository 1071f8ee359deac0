using Ingester.Core.Exchanges;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Recording.Snapshots;

/// <summary>
/// A snapshot without an exchange time. It gets the time of its market's next diff and is sorted before that diff. Diffs of other
/// markets are not used, because their times may be later than that of this market's next diff.
/// </summary>
internal sealed class UntimedSnapshot(StreamRecorder stream, in DepthEvent book, ReadOnlySpan<byte> reason)
{
    private readonly byte[] bids = book.Bids.ToArray();
    private readonly byte[] asks = book.Asks.ToArray();
    private readonly byte[] reasonText = reason.ToArray();
    private readonly SequenceRange? range = book.Range;
    private readonly int levels = book.SnapshotLevels;
    private long? firstLaterTime;

    /// <summary>The depth stream.</summary>
    public StreamRecorder Stream => stream;

    /// <summary>Why the exchange sent the snapshot.</summary>
    public ReadOnlySpan<byte> Reason => reasonText;

    /// <summary>The connection's exchange time when the snapshot was received.</summary>
    public required long ExchangeTimeOnArrival { get; init; }

    /// <summary>The local time when the snapshot was received, microseconds UTC.</summary>
    public required long LocalTimeOnArrival { get; init; }

    /// <summary>
    /// The time of the snapshot when its market is quiet; null as long as it is not. It is the first later exchange time of the
    /// connection plus the grace, once the exchange time is at least two grace periods after that first later time. Then the snapshot
    /// is certainly older, and every later diff certainly newer.
    /// </summary>
    public long? TimeWhenQuiet(long exchange, long grace)
    {
        if (exchange > ExchangeTimeOnArrival)
            firstLaterTime ??= exchange;
        return firstLaterTime is { } first && exchange >= first + 2 * grace ? first + grace : null;
    }

    /// <summary>The snapshot as an event, still without a time.</summary>
    public DepthEvent ToEvent() => new() { Bids = bids, Asks = asks, Range = range, SnapshotLevels = levels };
}
