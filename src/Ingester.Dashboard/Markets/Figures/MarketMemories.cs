using Ingester.Dashboard.Markets.Names;

namespace Ingester.Dashboard.Markets.Figures;

/// <summary>The memories of the markets that were viewed last. Thread-safe.</summary>
/// <param name="clock">The clock.</param>
internal sealed class MarketMemories(TimeProvider clock)
{
    private const int MaxMarkets = 50;

    private readonly Lock gate = new();
    private readonly LinkedList<(MarketId Market, MarketMemory Memory)> recent = []; // last viewed first

    /// <summary>The memory of a market.</summary>
    public MarketMemory Of(MarketId market)
    {
        lock (gate)
        {
            for (var node = recent.First; node is not null; node = node.Next)
                if (node.Value.Market == market)
                {
                    recent.Remove(node);
                    recent.AddFirst(node);
                    return node.Value.Memory;
                }

            if (recent.Count == MaxMarkets)
                recent.RemoveLast(); // a query that still uses it keeps it alive until it ends
            return recent.AddFirst((market, new MarketMemory(clock))).Value.Memory;
        }
    }
}
