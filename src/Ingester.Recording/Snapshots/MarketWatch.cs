using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Recording.Backfill;
using Ingester.Recording.Lanes;

namespace Ingester.Recording.Snapshots;

/// <summary>
/// Observes the streams of one market in a lane: keeps its last trade and its live book, requests snapshots when they are needed,
/// and stores fetched ones when diffs join them. All methods run under the lane's lock unless they say otherwise.
/// </summary>
internal sealed class MarketWatch(Market market, Lane lane, LaneErrands errands) : IStreamFollower
{
    /// <summary>Maximum number of gaps that wait for a snapshot.</summary>
    private const int MostHoles = 64;

    /// <summary>Timeout for a snapshot after a resubscription, microseconds.</summary>
    private static readonly long ResyncPatience = Micros.From(TimeSpan.FromSeconds(30));

    private readonly StreamId depth = new(Dataset.Depth, lane.Exchange.Profile.Name, market.Name);
    private readonly BookRun run = new();
    private readonly List<GapRow> torn = [];
    private readonly LastTrade lastTrade = new();
    private LiveBook? live = errands.KeepsBook(market) ? new(lane.Exchange.Profile.Book) : null;
    private OfferedBook? waiting;
    private long resyncAt = long.MaxValue;
    private long bookedMicros = long.MinValue; // of the last stored snapshot from the stream
    private bool begun;

    /// <summary>The market.</summary>
    public Market Market => market;

    /// <summary>The present state.</summary>
    public MarketView View => new()
    {
        Exchange = depth.Exchange,
        Pair = market.Name,
        LastTrade = lastTrade.View,
        Book = live is null || !begun ? "not kept" : live.IsKnown ? "known" : "unknown",
        BookTime = live is { IsKnown: true } ? Micros.ToDateTime(live.Micros) : null,
        Bid = live?.Bid is { } bid ? [bid.Price.ToString(), bid.Size.ToString()] : null,
        Ask = live?.Ask is { } ask ? [ask.Price.ToString(), ask.Size.ToString()] : null,
    };

    /// <summary>Starts when the recording of the market's depth starts.</summary>
    public void Begin()
    {
        begun = true;
        errands.Books?.Add(this);
    }

    /// <summary>Stops when the recording of the market's depth ends.</summary>
    public void End()
    {
        begun = false;
        errands.Books?.Remove(this);
        live?.Lose();
        (waiting, resyncAt) = (null, long.MaxValue);
    }

    /// <summary>Receives a snapshot from the stream.</summary>
    public void Booked(in DepthEvent whole)
    {
        resyncAt = long.MaxValue;
        if (live?.TryBegin(whole) == false)
            GiveUp();
    }

    /// <summary>True when the stream must be resubscribed now to get a snapshot; true again after a timeout if none arrives.</summary>
    public bool TakeResync(long now)
    {
        if (now < resyncAt)
            return false;
        resyncAt = now + ResyncPatience;
        return true;
    }

    /// <summary>Receives a fetched snapshot, on any thread: it is stored as soon as diffs join it.</summary>
    public AttachStep Offer(OfferedBook offered)
    {
        if (live is { IsKnown: false }) // checked again under the lock
            offered = offered with { Built = LiveBook.TryBuild(offered) };
        lock (lane.Gate)
            return Settle(offered);
    }

    /// <inheritdoc/>
    public void Traded(in TradeEvent trade)
        => lastTrade.Take(trade);

    /// <inheritdoc/>
    public bool Checks => live is { Checks: true };

    /// <inheritdoc/>
    public GapCause? Changed(in DepthEvent change)
    {
        var fault = live?.Change(change);
        if (errands.Books is { } plan && change.Range is { } range)
            Numbered(plan, range, change.Micros!.Value);
        return fault is { } found ? Faulty(found) : null;
    }

    private void Numbered(SnapshotPlan plan, SequenceRange range, long micros)
    {
        var first = !run.HasBegun;
        run.Take(range, micros);
        if (waiting is { } offered)
            Settle(offered);
        else if (first)
            plan.Need(this, BookReason.Start); // diffs are buffered before the request, so that they can join the response
    }

    /// <summary>
    /// Handles an invalid live book: a new snapshot is requested. Where diffs have ids, no diff is missing; elsewhere some must be
    /// missing, and the cause of that gap is returned.
    /// </summary>
    private GapCause? Faulty(BookFault fault)
    {
        lane.Events.BookFaulty(depth, fault);
        live!.Lose();
        if (fault == BookFault.Unreadable)
        {
            GiveUp();
            return null;
        }

        if (errands.Books is { } plan)
        {
            plan.Need(this, BookReason.Resync);
            return null;
        }

        resyncAt = 0;
        return fault == BookFault.Checksum ? GapCause.Checksum : GapCause.Crossed;
    }

    /// <summary>Drops the live book because a number is not supported; its diffs are still recorded.</summary>
    private void GiveUp() => live = null;

    /// <inheritdoc/>
    public void Broke(GapRow gap)
    {
        if (gap.Stream.Dataset == Dataset.Depth)
            BookBroke(gap);
        else if (gap is { Missing: { } missing, Cause: not (GapCause.Reset or GapCause.Conflict) } && errands.CanRepair(gap.Stream.Dataset)
            && errands.Repairs?.TryAdd(new(gap.Stream, market, missing, gap.From, gap.To)) == false)
            lane.Events.RepairOverflowed(gap.Stream, missing);
    }

    /// <inheritdoc/>
    public void Booked(long micros)
    {
        bookedMicros = micros;
        CloseTorn(micros);
    }

    private void BookBroke(GapRow gap)
    {
        if (gap.Cause is GapCause.Disconnect && bookedMicros > gap.From || gap.Cause is GapCause.Overflow && bookedMicros > gap.To)
        {
            Close(gap, bookedMicros); // that snapshot was received after the gap and is stored already
            return;
        }

        if (torn.Count == MostHoles)
            torn.RemoveAt(0);
        torn.Add(gap);
        if (errands.Books is not { } plan)
        {
            if (gap.Cause == GapCause.Undecodable)
            {
                live?.Lose();
                resyncAt = 0;
            }

            return;
        }

        run.Break(gap.Missing);
        if (gap.Cause != GapCause.Overflow) // diffs were lost only between this process and the store; the live book is complete
            live?.Lose();
        waiting = null;
        plan.Need(this, BookReason.Gap);
    }

    private AttachStep Settle(OfferedBook offered)
    {
        var step = run.Judge(offered.Book.UpTo);
        waiting = step == AttachStep.Wait ? offered : null;
        if (step == AttachStep.Wait)
            errands.Books!.Waits(this);
        else if (step == AttachStep.Join && TryStore(offered))
            Begin(offered);
        else
            errands.Books!.Again(this);
        return step;
    }

    private void Begin(OfferedBook joined)
    {
        errands.Books!.Done(this);
        if (live is not { IsKnown: false })
            return;
        if (joined.Built is not { } built)
        {
            GiveUp();
        }
        else if (!live.TryBegin(built, joined.Book.UpTo))
        {
            errands.Books.Need(this, BookReason.Resync);
            errands.Books.Again(this); // with a delay: a cache would return the same response
        }
    }

    private bool TryStore(OfferedBook offered)
    {
        var book = offered.Book;
        var micros = book.Micros ?? run.LastMicros; // the snapshot contains nothing newer
        var whole = new DepthEvent { Range = new(book.UpTo, book.UpTo), Bids = book.Bids, Asks = book.Asks, Levels = offered.Levels };
        var rows = new RowBuffer();
        RowWriter.Book(rows, whole, micros, Name(offered.Reason));
        if (!lane.Context.Output.TryAdd(new SealedBook { Stream = depth, Micros = micros, UpTo = book.UpTo, Rows = rows }))
        {
            rows.Dispose();
            lane.Events.BookOverflowed(depth);
            return false;
        }

        lane.Tally.Books++;
        CloseTorn(micros);
        return true;
    }

    /// <summary>Writes the gaps as closed by a snapshot: the diffs stay missing, but the book is known from this time on.</summary>
    private void CloseTorn(long micros)
    {
        foreach (var hole in torn)
            Close(hole, micros);
        torn.Clear();
    }

    private void Close(GapRow hole, long micros)
    {
        var closed = hole with { To = micros, Cause = GapCause.Snapshot };
        lane.Context.Output.Add(new(Dataset.Gaps, depth.Exchange, closed.ToJson()));
        lane.Context.Events.GapClosed(closed);
    }

    private static ReadOnlySpan<byte> Name(BookReason reason) => reason switch
    {
        BookReason.Gap => "gap"u8,
        BookReason.Resync => "resync"u8,
        BookReason.Start => "start"u8,
        _ => "steady"u8,
    };
}
