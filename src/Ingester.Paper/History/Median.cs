namespace Ingester.Paper.History;

/// <summary>The median of prices.</summary>
internal static class Median
{
    /// <summary>The middle price; with an even number of prices the mean of the two in the middle.</summary>
    /// <param name="prices">At least one price, in any order.</param>
    /// <exception cref="ArgumentException">There is no price.</exception>
    public static decimal Of(IEnumerable<decimal> prices)
    {
        var sorted = prices.Order().ToList();
        if (sorted.Count == 0)
            throw new ArgumentException("There is no price.", nameof(prices));
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
