namespace Ingester.Tests.Deriving;

/// <summary>A book and its metrics in the plainest way: sorted dictionaries and <see cref="decimal"/>.</summary>
internal sealed class PlainBook
{
    private static readonly Comparer<decimal> Descending = Comparer<decimal>.Create(static (one, other) => other.CompareTo(one));

    public PlainBook() => (Bids, Asks) = (new(Descending), []);

    /// <summary>Copies a book.</summary>
    public PlainBook(PlainBook other) => (Bids, Asks) = (new(other.Bids, Descending), new(other.Asks));

    public SortedDictionary<decimal, decimal> Bids { get; }

    public SortedDictionary<decimal, decimal> Asks { get; }

    public decimal Mid => (Bids.First().Key + Asks.First().Key) / 2;

    public decimal Spread => Asks.First().Key - Bids.First().Key;

    public decimal Microprice => (Asks.First().Key * Bids.First().Value + Bids.First().Key * Asks.First().Value) / (Bids.First().Value + Asks.First().Value);

    public void Apply(TrueDiff diff)
    {
        Set(Bids, diff.Bids);
        Set(Asks, diff.Asks);
    }

    public decimal BidDepth(int basisPoints)
    {
        var lowest = Mid * (10_000 - basisPoints) / 10_000;
        return Bids.TakeWhile(level => level.Key >= lowest).Sum(level => level.Value);
    }

    public decimal AskDepth(int basisPoints)
    {
        var highest = Mid * (10_000 + basisPoints) / 10_000;
        return Asks.TakeWhile(level => level.Key <= highest).Sum(level => level.Value);
    }

    /// <summary>The mean price of a market order; null when the side is too thin.</summary>
    public static decimal? Cost(SortedDictionary<decimal, decimal> side, decimal notional)
    {
        var (left, size) = (notional, 0m);
        foreach (var (price, offered) in side)
        {
            if (price * offered >= left)
                return notional / (size + left / price);
            (left, size) = (left - price * offered, size + offered);
        }

        return null;
    }

    private static void Set(SortedDictionary<decimal, decimal> side, IEnumerable<(decimal Price, decimal Size)> levels)
    {
        foreach (var (price, size) in levels)
            if (size == 0)
                side.Remove(price);
            else
                side[price] = size;
    }
}
