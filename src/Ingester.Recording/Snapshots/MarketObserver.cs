using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Recording.Snapshots;

/// <summary>
/// Observes the streams of one market in a lane: keeps its last trade and its verified book, requests snapshots when they are needed,
/// and stores fetched ones when diffs join them. All methods run under the host's lock unless they say otherwise.
/// </summary>
/// <param name="market">The market.</param>
/// <param name="profile">The exchange's facts.</param>
/// <param name="host">The lane that owns the observer.</param>
/// <param name="segments">Output and events of segments.</param>
internal sealed class MarketObserver(Market market, ExchangeProfile profile, IMarketHost host, SegmentContext segments) : IStreamObserver
{
    /// <summary>Maximum number of gaps that wait for a snapshot.</summary>
    private const int MaxOpenGaps = 64;

    /// <summary>Timeout for a snapshot after a resubscription, microseconds.</summary>
    private static readonly long ResubscribeTimeout = Micros.From(TimeSpan.FromSeconds(30));

    private readonly StreamId depth = new(profile.BookDataset, profile.Name, market.Name);
    private readonly SnapshotJoin snapshotJoin = new();
    private readonly List<GapRow> openGaps = [];
    private readonly LastTradeBuffer lastTrade = new();
    private VerifiedBook? verified;
    private SnapshotCandidate? waitingSnapshot;
    private long resubscribeAt = long.MaxValue;
    private long storedSnapshotMicros = long.MinValue; // of the last stored snapshot from the stream
    private bool isDepthRecorded;

    /// <summary>The market.</summary>
    public Market Market => market;

    /// <summary>The schedule of snapshots to fetch; null where the exchange sends snapshots on the stream.</summary>
    public SnapshotSchedule? Schedule { get; init; }

    /// <summary>The verified book of the market; null, the default, where none is kept.</summary>
    public VerifiedBook? VerifiedBook
    {
        init => verified = value;
    }

    /// <summary>Called for each gap in trades. Default: no action.</summary>
    public Action<GapRow>? OnTradeGap { get; init; }

    /// <summary>The present state.</summary>
    public MarketView View => new()
    {
        Exchange = depth.Exchange,
        Pair = market.Name,
        LastTrade = lastTrade.View,
        Book = verified is null || !isDepthRecorded ? "not kept" : verified.IsKnown ? "known" : "unknown",
        BookTime = verified is { IsKnown: true } ? Micros.ToDateTime(verified.Micros) : null,
        Bid = verified?.Bid is { } bid ? [bid.Price.ToString(), bid.Size.ToString()] : null,
        Ask = verified?.Ask is { } ask ? [ask.Price.ToString(), ask.Size.ToString()] : null,
    };

    /// <summary>Starts when the recording of the market's depth starts.</summary>
    public void Start()
    {
        isDepthRecorded = true;
        Schedule?.Add(this);
    }

    /// <summary>Stops when the recording of the market's depth ends.</summary>
    public void Stop()
    {
        isDepthRecorded = false;
        Schedule?.Remove(this);
        verified?.Invalidate();
        (waitingSnapshot, resubscribeAt) = (null, long.MaxValue);
    }

    /// <summary>Receives a snapshot from the stream.</summary>
    public void OnSnapshotReceived(in DepthEvent snapshot)
    {
        resubscribeAt = long.MaxValue;
        if (verified?.TryBegin(snapshot) == false)
            DropVerifiedBook();
    }

    /// <summary>True when the stream must be resubscribed now to get a snapshot; true again after a timeout if none arrives.</summary>
    public bool TryTakeResubscribe(long now)
    {
        if (now < resubscribeAt)
            return false;
        resubscribeAt = now + ResubscribeTimeout;
        return true;
    }

    /// <summary>A snapshot is about to be requested; on any thread.</summary>
    public void OnSnapshotRequested() => verified?.OnSnapshotRequested();

    /// <summary>The request for a snapshot has failed, and is retried later; on any thread.</summary>
    public void OnSnapshotFailed()
    {
        verified?.OnSnapshotFailed();
        Schedule!.ScheduleRetry(this);
    }

    /// <summary>Receives a fetched snapshot, on any thread: it is stored as soon as diffs join it.</summary>
    public SnapshotFit OfferSnapshot(SnapshotCandidate offered)
    {
        if (verified is { IsKnown: false }) // checked again under the lock
            offered = offered with { OrderBook = VerifiedBook.TryBuild(offered) };
        return host.Synchronize(() => TryJoin(offered));
    }

    /// <inheritdoc/>
    public void OnTrade(in TradeEvent trade)
        => lastTrade.Update(trade);

    /// <inheritdoc/>
    public bool IsVerifyingChecksums => verified is { IsChecksumVerified: true };

    /// <inheritdoc/>
    public GapCause? OnDiff(in DepthEvent diff)
    {
        var fault = verified?.Apply(diff);
        if (Schedule is { } schedule && diff.Range is { } range)
            OnNumberedDiff(schedule, range, diff.Micros!.Value);
        return fault is { } found ? OnBookInvalid(found) : null;
    }

    private void OnNumberedDiff(SnapshotSchedule schedule, SequenceRange range, long micros)
    {
        var first = !snapshotJoin.HasBegun;
        snapshotJoin.Append(range, micros);
        if (waitingSnapshot is { } offered)
            TryJoin(offered);
        else if (first)
            schedule.RequestNow(this, SnapshotReason.Start);
    }

    /// <summary>
    /// Handles an invalid verified book: a new snapshot is requested. Where ids of diffs are contiguous, no diff is missing; elsewhere some must be
    /// missing, and the cause of that gap is returned.
    /// </summary>
    private GapCause? OnBookInvalid(BookFault fault)
    {
        host.OnBookInvalid(depth, fault);
        verified!.Invalidate();
        if (fault == BookFault.Unreadable)
        {
            DropVerifiedBook();
            return null;
        }

        if (Schedule is { } schedule)
        {
            schedule.RequestNow(this, SnapshotReason.Resync);
            if (profile.Find(Dataset.Depth)?.Sequence == SequenceKind.Contiguous)
                return null;
        }
        else
        {
            resubscribeAt = 0;
        }

        return fault == BookFault.Checksum ? GapCause.Checksum : GapCause.Crossed;
    }

    /// <summary>Drops the verified book because a number is not supported; its diffs are still recorded.</summary>
    private void DropVerifiedBook() => verified = null;

    /// <inheritdoc/>
    public void OnGap(GapRow gap)
    {
        if (gap.Stream == depth)
            OnDepthGap(gap);
        else
            OnTradeGap?.Invoke(gap);
    }

    /// <inheritdoc/>
    public void OnSnapshotStored(long micros)
    {
        storedSnapshotMicros = micros;
        CloseOpenGaps(micros);
    }

    private void OnDepthGap(GapRow gap)
    {
        if (gap.Cause is GapCause.Disconnect && storedSnapshotMicros > gap.FromMicros || gap.Cause is GapCause.Overflow && storedSnapshotMicros > gap.ToMicros)
        {
            CloseGap(gap, storedSnapshotMicros); // that snapshot was received after the gap and is stored already
            return;
        }

        if (openGaps.Count == MaxOpenGaps)
            openGaps.RemoveAt(0);
        openGaps.Add(gap);
        if (Schedule is not { } schedule)
        {
            if (gap.Cause == GapCause.Undecodable && depth.Dataset == Dataset.Depth) // complete books follow by themselves
            {
                verified?.Invalidate();
                resubscribeAt = 0;
            }

            return;
        }

        snapshotJoin.StartAfterGap(gap.Range);
        if (gap.Cause != GapCause.Overflow) // diffs were lost only between this process and the store; the verified book is complete
            verified?.Invalidate();
        waitingSnapshot = null;
        schedule.RequestNow(this, SnapshotReason.Gap);
    }

    private SnapshotFit TryJoin(SnapshotCandidate offered)
    {
        var fit = snapshotJoin.Judge(offered.Snapshot.LastId);
        waitingSnapshot = fit == SnapshotFit.Ahead ? offered : null;
        if (fit == SnapshotFit.Ahead)
            Schedule!.MarkWaiting(this);
        else if (fit == SnapshotFit.Joinable && TryStoreSnapshot(offered))
            Start(offered);
        else
            Schedule!.ScheduleRetry(this);
        return fit;
    }

    private void Start(SnapshotCandidate joined)
    {
        Schedule!.MarkStored(this);
        if (verified is not { IsKnown: false })
            return;
        if (joined.OrderBook is not { } built)
        {
            DropVerifiedBook();
        }
        else if (!verified.TryBegin(built, joined.Snapshot.LastId))
        {
            Schedule.RequestNow(this, SnapshotReason.Resync);
            Schedule.ScheduleRetry(this); // with a delay: a cache would return the same response
        }
    }

    private bool TryStoreSnapshot(SnapshotCandidate offered)
    {
        var book = offered.Snapshot;
        var micros = book.Micros ?? snapshotJoin.LastMicros; // the snapshot contains nothing newer
        var snapshot = new DepthEvent { Range = new(book.LastId, book.LastId), Bids = book.Bids, Asks = book.Asks, SnapshotLevels = offered.Levels };
        var rows = new RowBuffer();
        RowWriter.WriteSnapshot(rows, snapshot, micros, ReasonText(offered.Reason));
        if (!host.TryStore(new() { Stream = depth, Micros = micros, LastId = book.LastId, Rows = rows }))
        {
            rows.Dispose();
            return false;
        }

        CloseOpenGaps(micros);
        return true;
    }

    /// <summary>Writes the gaps as closed by a snapshot: the diffs stay missing, but the book is known from this time on.</summary>
    private void CloseOpenGaps(long micros)
    {
        foreach (var gap in openGaps)
            CloseGap(gap, micros);
        openGaps.Clear();
    }

    private void CloseGap(GapRow gap, long micros)
    {
        var closed = gap with { ToMicros = micros, Cause = GapCause.Snapshot };
        segments.Add(closed);
        segments.Events.GapClosed(closed);
    }

    private static ReadOnlySpan<byte> ReasonText(SnapshotReason reason) => reason switch
    {
        SnapshotReason.Gap => "gap"u8,
        SnapshotReason.Resync => "resync"u8,
        SnapshotReason.Start => "start"u8,
        _ => "steady"u8,
    };
}
