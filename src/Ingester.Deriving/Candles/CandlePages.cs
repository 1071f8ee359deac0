using Ingester.Core.Exchanges;

namespace Ingester.Deriving.Candles;

/// <summary>Chooses the number of candles of a request: the one with the most candles per request weight.</summary>
internal static class CandlePages
{
    /// <summary>The number of candles of the next page: the page with the most candles per weight, or all that are needed if they are fewer.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="needed">Number of candles that are still needed, at least one.</param>
    public static int CountFor(CandleEndpoint endpoint, long needed) => (int)Math.Min(needed, BestCount(endpoint));

    /// <summary>The number of candles per page with the most candles per weight; of equal ones the largest.</summary>
    public static int BestCount(CandleEndpoint endpoint)
    {
        var best = 1;
        for (var count = 2; count <= endpoint.MaxCount; count++)
            if ((long)count * endpoint.WeightOf(best) >= (long)best * endpoint.WeightOf(count)) // count / weight ≥ best / weight
                best = count;
        return best;
    }
}
