using Ingester.Simulator.Model;

namespace Ingester.Simulator.Venues;

/// <summary>Draws the market of the next event: few markets are busy, many are quiet.</summary>
internal sealed class MarketPicker(Random random, double skew)
{
    private SimulatedMarket[] markets = [];
    private double[] shares = [];

    /// <summary>Sets the markets that trade now, the busiest first.</summary>
    public void Reset(IEnumerable<SimulatedMarket> trading)
    {
        markets = [.. trading];
        shares = new double[markets.Length];
        double sum = 0;
        for (var i = 0; i < shares.Length; i++)
            shares[i] = sum += Math.Pow(i + 1, -skew);
    }

    /// <summary>The next market; null when none trades.</summary>
    public SimulatedMarket? Next()
    {
        if (markets.Length == 0)
            return null;
        var index = Array.BinarySearch(shares, random.NextDouble() * shares[^1]);
        return markets[Math.Min(index < 0 ? ~index : index, markets.Length - 1)];
    }
}
