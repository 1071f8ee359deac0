namespace Ingester.Tests.Deriving;

/// <summary>A book and its metrics in the plainest way: sorted dictionaries and <see cref="decimal"/>.</summary>
internal sealed class PlainBook
{
    public SortedDictionary<decimal, decimal> Bids { get; } = new(Comparer<decimal>.Create(static (one, other) => other.CompareTo(one)));

    public SortedDictionary<decimal, decimal> Asks { get; } = [];

    public decimal Mid => (Bids.First().Key + Asks.First().Key) / 2;

    public decimal Spread => Asks.First().Key - Bids.First().Key;

    public decimal Microprice => (Asks.First().Key * Bids.First().Value + Bids.First().Key * Asks.First().Value) / (Bids.First().Value + Asks.First().Value);

    public static void Set(SortedDictionary<decimal, decimal> side, IEnumerable<(decimal Price, decimal Size)> levels)
    {
        foreach (var (price, size) in levels)
            if (size == 0)
                side.Remove(price);
            else
                side[price] = size;
    }

    public void Apply(TrueDiff diff)
    {
        Set(Bids, diff.Bids);
        Set(Asks, diff.Asks);
    }

    public decimal BidDepth(int basisPoints) => Bids.Where(level => level.Key >= Mid * (10_000 - basisPoints) / 10_000).Sum(level => level.Value);

    public decimal AskDepth(int basisPoints) => Asks.Where(level => level.Key <= Mid * (10_000 + basisPoints) / 10_000).Sum(level => level.Value);

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
}
