using System.Globalization;

namespace Ingester.Publishing.Witnesses;

/// <summary>
/// Joins the trades, or the diffs, of two sources by their keys. Both sources come roughly in the order of time. A trade waits for its counterpart until both sources are
/// <see cref="Tolerance"/> beyond it: memory depends on the number of trades in that time, not on the length of the day.
/// </summary>
/// <param name="idsAreUnique">True if a key names one trade: a source that has it twice repeats itself. False if several trades may have the same key.</param>
internal sealed class TradeJoin(bool idsAreUnique)
{
    /// <summary>How much later a source may have a trade than its time says, in microseconds: ten minutes.</summary>
    public const long Tolerance = 10 * 60 * 1_000_000L;

    private const int MaxDifferences = 1000;

    private readonly Side ours = new();
    private readonly Side theirs = new();
    private readonly HashSet<TradeKey> matched = []; // to tell trades that a source repeats
    private readonly Queue<(TradeKey Key, long Micros)> matchedOrder = new();
    private readonly List<TradeDifference> differences = [];

    /// <summary>Number of trades that both sources have, with the same content.</summary>
    public long Same { get; private set; }

    /// <summary>Trades that only the store has, without those that exchanges leave out of their files.</summary>
    public TradeRanges OnlyOurs => ours.Alone;

    /// <summary>Trades that only the file has.</summary>
    public TradeRanges OnlyTheirs => theirs.Alone;

    /// <summary>Number of diffs in whose place the file has a snapshot.</summary>
    public long Snapshots { get; private set; }

    /// <summary>Number of trades that only the store has because they were not matched in the order book.</summary>
    public long OffBook { get; private set; }

    /// <summary>The first differences.</summary>
    public IReadOnlyList<TradeDifference> Differences => differences;

    /// <summary>Number of trades that differ.</summary>
    public long Different { get; private set; }

    /// <summary>Number of trades that a source has more than once.</summary>
    public long Repeated => ours.Repeated + theirs.Repeated;

    /// <summary>Joins the sources.</summary>
    /// <param name="recorded">The trades of the store.</param>
    /// <param name="published">The trades of the file.</param>
    /// <param name="cancellation">Cancels the join.</param>
    public Task RunAsync(IAsyncEnumerable<WitnessTrade> recorded, IEnumerable<WitnessTrade> published, CancellationToken cancellation) =>
        RunAsync(recorded, published.ToAsyncEnumerable(), cancellation);

    /// <inheritdoc cref="RunAsync(IAsyncEnumerable{WitnessTrade}, IEnumerable{WitnessTrade}, CancellationToken)"/>
    public async Task RunAsync(IAsyncEnumerable<WitnessTrade> recorded, IAsyncEnumerable<WitnessTrade> published, CancellationToken cancellation)
    {
        await using var own = recorded.GetAsyncEnumerator(cancellation);
        await using var other = published.GetAsyncEnumerator(cancellation);
        var (hasOwn, hasOther) = (await own.MoveNextAsync(), await other.MoveNextAsync());
        while (hasOwn || hasOther)
            if (hasOwn && (!hasOther || own.Current.Micros <= other.Current.Micros))
            {
                Take(own.Current, ours, theirs);
                hasOwn = await own.MoveNextAsync();
            }
            else
            {
                Take(other.Current, theirs, ours);
                hasOther = await other.MoveNextAsync();
            }

        Release(long.MaxValue);
    }

    private void Take(in WitnessTrade trade, Side side, Side opposite)
    {
        side.Taken++;
        if (idsAreUnique && matched.Contains(trade.Key))
        {
            side.Repeated++;
        }
        else if (opposite.TryTake(trade.Key, out var counterpart))
        {
            Compare(side == ours ? trade : counterpart, side == ours ? counterpart : trade);
            if (idsAreUnique && matched.Add(trade.Key))
                matchedOrder.Enqueue((trade.Key, trade.Micros));
        }
        else
        {
            side.Wait(trade, idsAreUnique);
        }

        if (trade.Micros > side.Reached)
        {
            side.Reached = trade.Micros;
            if (Math.Max(ours.Reached, theirs.Reached) is var reached && reached - Tolerance > ours.Released + Tolerance / 10)
                Release(reached - Tolerance);
        }
    }

    /// <summary>Gives up trades that have waited for too long.</summary>
    private void Release(long before)
    {
        while (matchedOrder.TryPeek(out var old) && old.Micros < before)
            matched.Remove(matchedOrder.Dequeue().Key);
        foreach (var (trade, follows) in ours.Release(before))
            if (trade.IsOffBook)
                OffBook++;
            else if (!trade.IsOutside)
                ours.Alone.Add(trade, follows);
        foreach (var (trade, follows) in theirs.Release(before))
            if (trade is { IsOutside: false, IsSnapshot: false })
                theirs.Alone.Add(trade, follows);
    }

    private void Compare(in WitnessTrade own, in WitnessTrade other)
    {
        if (other.IsSnapshot)
        {
            Snapshots++;
            return;
        }

        var difference = own.Price != other.Price ? ("price", Text(own.Price), Text(other.Price))
            : own.Size != other.Size ? ("size", Text(own.Size), Text(other.Size))
            : own.Content != other.Content ? ("levels", $"hash {own.Content:x32}", $"hash {other.Content:x32}")
            : !SameTime(own.Micros, other.Micros) ? ("time", own.Micros.ToString(CultureInfo.InvariantCulture), other.Micros.ToString(CultureInfo.InvariantCulture))
            : own.IsSell != other.IsSell && own.IsSell is not null && other.IsSell is not null ? ("side", own.IsSell.Value ? "sell" : "buy", other.IsSell.Value ? "sell" : "buy")
            : ((string Field, string Ours, string Theirs)?)null;
        if (difference is not { } found)
        {
            Same++;
            return;
        }

        Different++;
        if (differences.Count < MaxDifferences)
            differences.Add(new(own.Key.IsNumber ? (long)own.Key.Value : null, own.Micros, found.Field, found.Ours, found.Theirs));
    }

    /// <summary>Times are equal if they are, or if one of them has no fraction of a millisecond and the other one lies within that millisecond.</summary>
    private static bool SameTime(long one, long other) =>
        one == other || ((one % 1000 == 0 || other % 1000 == 0) && one / 1000 == other / 1000);

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>One source: its trades that wait for a counterpart, in the order in which they came.</summary>
    private sealed class Side
    {
        private readonly Dictionary<TradeKey, (WitnessTrade Trade, int Copies)> waiting = [];
        private readonly Queue<(TradeKey Key, long Micros, long Number)> order = new();
        private long lastReleased = -1;

        public TradeRanges Alone { get; } = new();

        public long Reached { get; set; } = long.MinValue / 2;

        public long Released { get; private set; } = long.MinValue / 2;

        public long Taken { get; set; }

        public long Repeated { get; set; }

        public void Wait(in WitnessTrade trade, bool unique)
        {
            ref var place = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(waiting, trade.Key, out var exists);
            if (exists && unique)
            {
                Repeated++;
                return;
            }

            place = (exists ? place.Trade : trade, place.Copies + 1);
            order.Enqueue((trade.Key, trade.Micros, Taken));
        }

        public bool TryTake(TradeKey key, out WitnessTrade trade)
        {
            ref var place = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(waiting, key);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref place))
            {
                trade = default;
                return false;
            }

            trade = place.Trade;
            if (--place.Copies == 0)
                waiting.Remove(key);
            return true;
        }

        public IEnumerable<(WitnessTrade Trade, bool Follows)> Release(long before)
        {
            Released = before;
            while (order.TryPeek(out var oldest) && oldest.Micros < before)
            {
                order.Dequeue();
                if (!waiting.TryGetValue(oldest.Key, out var held))
                    continue; // its counterpart has come
                if (held.Copies == 1)
                    waiting.Remove(oldest.Key);
                else
                    waiting[oldest.Key] = (held.Trade, held.Copies - 1);
                yield return (held.Trade, lastReleased == oldest.Number - 1);
                lastReleased = oldest.Number;
            }
        }
    }
}
