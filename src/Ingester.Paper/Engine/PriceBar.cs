using Ingester.Paper.History;

namespace Ingester.Paper.Engine;

/// <summary>The trades of one market since the last bar, over the exchanges whose prices count. Not thread-safe.</summary>
internal sealed class PriceBar
{
    private readonly SortedDictionary<string, decimal> last = new(StringComparer.Ordinal); // the last price of each exchange in this bar
    private decimal volume;

    /// <summary>Adds a trade.</summary>
    public void Add(string exchange, decimal price, decimal size)
    {
        last[exchange] = price;
        volume += size;
    }

    /// <summary>Ends the bar; null if there was no trade.</summary>
    /// <param name="end">The end of the bar, microseconds UTC.</param>
    public PricePoint? Complete(long end)
    {
        PricePoint? point = last.Count > 0 ? new(end, Median.Of(last.Values), volume) : null;
        last.Clear();
        volume = 0;
        return point;
    }
}
