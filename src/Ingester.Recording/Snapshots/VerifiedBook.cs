using System.Numerics;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Sequencing;

namespace Ingester.Recording.Snapshots;

/// <summary>
/// The current book of one market. It starts from a snapshot. Every recorded diff is applied, and the result is verified: it must have the checksum that
/// the exchange sent, if it sends one, and must not be crossed. Where snapshots are fetched, diffs are buffered from the request until a snapshot joins
/// them.
/// </summary>
internal sealed class VerifiedBook(BookProfile profile)
{
    /// <summary>
    /// Maximum number of diffs, and of their bytes, that are buffered while a snapshot is fetched: half a minute of a busy market. The content of a
    /// snapshot is only seconds old, and older diffs are part of it.
    /// </summary>
    private const int MaxBufferedDiffs = 300;

    private const int MaxBufferedBytes = 128 << 10;

    private readonly Queue<BufferedDiff> bufferedDiffs = [];
    private int bufferedBytes;
    private long? bufferedAfter; // every diff with a higher id is buffered; null before the first diff
    private long lastId = long.MinValue;
    private OrderBook? book;
    private volatile bool isRequested; // set by the threads that fetch

    /// <summary>True while the book is known.</summary>
    public bool IsKnown => book is not null;

    /// <summary>True while every diff is checked against the exchange's checksum.</summary>
    public bool IsChecksumVerified => book is not null && profile.Checksum is not null;

    /// <summary>The exchange time of the last diff, microseconds UTC.</summary>
    public long Micros { get; private set; }

    /// <summary>
    /// The best bid; null when there is none, the book is unknown, or the price is outside the levels of the snapshot.
    /// </summary>
    public BookLevel? Bid => Best(book?.Bids);

    /// <summary>The best ask; null under the conditions of <see cref="Bid"/>.</summary>
    public BookLevel? Ask => Best(book?.Asks);

    /// <summary>
    /// Builds an order book from a fetched snapshot, without the lane's lock because this is slow. Null when a price or size is not a
    /// supported number.
    /// </summary>
    public static OrderBook? TryBuild(SnapshotCandidate offered)
    {
        var built = new OrderBook();
        try
        {
            built.LoadSnapshot(offered.Snapshot.Bids, offered.Snapshot.Asks, offered.Levels);
            return built;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Buffers diffs from now on if the book is unknown: a snapshot is about to be requested, on any thread. Most markets wait much longer for their
    /// turn than a request takes, and need no diffs of that time.
    /// </summary>
    public void OnSnapshotRequested() => isRequested = true;

    /// <summary>Buffers no more diffs: the request has failed.</summary>
    public void OnSnapshotFailed() => isRequested = false;

    /// <summary>Starts from a snapshot on the stream; false when a price or size is not a supported number.</summary>
    public bool TryBegin(in DepthEvent snapshot)
    {
        var begun = new OrderBook();
        try
        {
            begun.LoadSnapshot(snapshot.Bids, snapshot.Asks, snapshot.SnapshotLevels);
        }
        catch (JsonException)
        {
            return false;
        }

        begun.DepthLimit = profile.MaintainedDepth(begun.Bids.Count, begun.Asks.Count);
        book = begun;
        Micros = snapshot.Micros ?? Micros;
        return true;
    }

    /// <summary>Starts from a fetched snapshot and applies the buffered diffs; false when they do not join it.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="upTo">The last id that the snapshot contains.</param>
    public bool TryBegin(OrderBook snapshot, long upTo)
    {
        var complete = upTo >= (bufferedAfter ?? lastId);
        try
        {
            foreach (var diff in complete ? bufferedDiffs : [])
                if (profile.IsApplicable(diff.Range, upTo))
                    snapshot.ApplyDiff(diff.Bids, diff.Asks);
        }
        catch (JsonException)
        {
            complete = false;
        }

        Invalidate();
        book = complete ? snapshot : null;
        isRequested = !complete; // the next snapshot is requested soon, and joins diffs from now on even if a cache returns an older one
        return complete;
    }

    /// <summary>Applies a recorded diff; returns the defect of the book, or null.</summary>
    public BookFault? Apply(in DepthEvent diff)
    {
        Micros = diff.Micros!.Value;
        lastId = diff.Range?.UpTo ?? lastId;
        if (book is null)
        {
            if (diff.Range is { } range)
                Buffer(diff, range);
            return null;
        }

        try
        {
            book.ApplyDiff(diff.Bids, diff.Asks);
        }
        catch (JsonException)
        {
            return BookFault.Unreadable;
        }

        return diff.Checksum is { } sum && profile.Checksum is { } checksum && !checksum.Matches(book, sum) ? BookFault.Checksum
            : book.IsCrossed ? BookFault.Crossed
            : null;
    }

    /// <summary>Drops the book and the buffered diffs.</summary>
    public void Invalidate()
    {
        book = null;
        ClearBuffer(null);
    }

    private void ClearBuffer(long? after)
    {
        bufferedDiffs.Clear();
        (bufferedBytes, bufferedAfter) = (0, after);
    }

    private void Buffer(in DepthEvent diff, SequenceRange range)
    {
        if (!isRequested)
        {
            ClearBuffer(range.UpTo);
            return;
        }

        bufferedAfter ??= range.After;
        var (length, dropped) = (diff.Bids.Length + diff.Asks.Length, (BufferedDiff?)null);
        while (bufferedDiffs.Count > 0 && (bufferedDiffs.Count >= MaxBufferedDiffs || bufferedBytes + length > MaxBufferedBytes))
        {
            dropped = bufferedDiffs.Dequeue();
            bufferedBytes -= dropped.Length;
            bufferedAfter = dropped.Range.UpTo;
        }

        var kept = dropped ?? new(); // reused, so that waiting for a snapshot allocates no memory
        kept.CopyFrom(diff, range);
        bufferedDiffs.Enqueue(kept);
        bufferedBytes += length;
    }

    private static BookLevel? Best(BookSide? side) => side?.Best is { } best && side.IsKnown(best.Price) ? best : null;

    /// <summary>A diff that waits for a snapshot.</summary>
    private sealed class BufferedDiff
    {
        private byte[] levels = [];
        private int bids;

        public SequenceRange Range { get; private set; }

        public int Length { get; private set; }

        public ReadOnlySpan<byte> Bids => levels.AsSpan(0, bids);

        public ReadOnlySpan<byte> Asks => levels.AsSpan(bids, Length - bids);

        public void CopyFrom(in DepthEvent diff, SequenceRange range)
        {
            (Range, bids, Length) = (range, diff.Bids.Length, diff.Bids.Length + diff.Asks.Length);
            if (levels.Length < Length)
                levels = new byte[BitOperations.RoundUpToPowerOf2((uint)Length)]; // diffs of one market differ in length: room for the next
            diff.Bids.CopyTo(levels);
            diff.Asks.CopyTo(levels.AsSpan(bids));
        }
    }
}
