using Ingester.Core.Markets;
using Ingester.Core.Segments;

namespace Ingester.Core.Connections;

/// <summary>
/// What is going on in one market of a lane, told by its streams: it asks for whole books when one is needed, and stores them when changes join them.
/// Everything happens under the lane's lock.
/// </summary>
internal sealed class MarketWatch(Market market, Lane lane, LaneErrands errands) : IStreamFollower
{
    /// <summary>So many holes are remembered until a book closes them.</summary>
    private const int MostHoles = 64;

    private readonly StreamId depth = new(Dataset.Depth, lane.Exchange.Profile.Name, market.Name);
    private readonly BookRun run = new();
    private readonly List<GapRow> torn = [];
    private OfferedBook? waiting;

    /// <summary>The market.</summary>
    public Market Market => market;

    /// <summary>The market's depth is recorded from now on.</summary>
    public void Begin() => errands.Books?.Add(this);

    /// <summary>The market's depth is not recorded any more.</summary>
    public void End()
    {
        errands.Books?.Remove(this);
        waiting = null;
    }

    /// <summary>Takes a book that was fetched, from any thread: it is stored as soon as changes join it.</summary>
    public AttachStep Offer(OfferedBook offered)
    {
        lock (lane.Gate)
            return Settle(offered);
    }

    /// <inheritdoc/>
    public void Traded(in TradeEvent trade)
    {
        // Trades need no book.
    }

    /// <inheritdoc/>
    public GapCause? Changed(in DepthEvent change)
    {
        if (errands.Books is not { } plan || change.Range is not { } range)
            return null;
        var first = !run.HasBegun;
        run.Take(range, change.Micros!.Value);
        if (waiting is { } offered)
            Settle(offered);
        else if (first)
            plan.Need(this, BookReason.Start); // buffer first, then ask: what is fetched now can join what comes
        return null;
    }

    /// <inheritdoc/>
    public void Broke(GapRow gap)
    {
        if (gap.Stream.Dataset != Dataset.Depth || errands.Books is not { } plan)
            return;
        run.Break(gap.Missing);
        waiting = null;
        if (torn.Count == MostHoles)
            torn.RemoveAt(0);
        torn.Add(gap);
        plan.Need(this, BookReason.Gap);
    }

    private AttachStep Settle(OfferedBook offered)
    {
        var step = run.Judge(offered.Book.UpTo);
        waiting = step == AttachStep.Wait ? offered : null;
        if (step == AttachStep.Wait)
            errands.Books!.Waits(this);
        else if (step == AttachStep.Join && TryStore(offered))
            errands.Books!.Done(this);
        else
            errands.Books!.Again(this);
        return step;
    }

    private bool TryStore(OfferedBook offered)
    {
        var book = offered.Book;
        var micros = book.Micros ?? run.LastMicros; // nothing that it contains is later than that
        var whole = new DepthEvent { Range = new(book.UpTo, book.UpTo), Bids = book.Bids, Asks = book.Asks, Levels = offered.Levels };
        var rows = new RowBuffer();
        Rows.Book(rows, whole, micros, Name(offered.Reason));
        if (!lane.Context.Output.TryAdd(new SealedBook { Stream = depth, Micros = micros, UpTo = book.UpTo, Rows = rows }))
        {
            rows.Dispose();
            lane.Events.BookOverflowed(depth);
            return false;
        }

        lane.Tally.Books++;
        foreach (var hole in torn)
            Close(hole with { To = micros, Cause = GapCause.Snapshot });
        torn.Clear();
        return true;
    }

    private void Close(GapRow hole)
    {
        lane.Context.Output.Add(new(Dataset.Gaps, depth.Exchange, hole.ToJson()));
        lane.Context.Events.GapClosed(hole);
    }

    private static ReadOnlySpan<byte> Name(BookReason reason) => reason switch
    {
        BookReason.Gap => "gap"u8,
        BookReason.Resync => "resync"u8,
        BookReason.Start => "start"u8,
        _ => "steady"u8,
    };
}
