using Ingester.Simulator.Model;

namespace Ingester.Simulator.Exchanges;

/// <summary>Draws the market of the next event: few markets are busy, many are quiet.</summary>
internal sealed class MarketPicker(Random random, double skew)
{
    private SimulatedMarket[] markets = [];
    private double[] cumulativeWeights = [];

    /// <summary>Sets the markets that trade now, the busiest first.</summary>
    public void SetMarkets(IEnumerable<SimulatedMarket> trading)
    {
        markets = [.. trading];
        cumulativeWeights = new double[markets.Length];
        double sum = 0;
        for (var i = 0; i < cumulativeWeights.Length; i++)
            cumulativeWeights[i] = sum += Math.Pow(i + 1, -skew);
    }

    /// <summary>The next market; null when none trades.</summary>
    public SimulatedMarket? Next()
    {
        if (markets.Length == 0)
            return null;
        var index = Array.BinarySearch(cumulativeWeights, random.NextDouble() * cumulativeWeights[^1]);
        return markets[Math.Min(index < 0 ? ~index : index, markets.Length - 1)];
    }
}
