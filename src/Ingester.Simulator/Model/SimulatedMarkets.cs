namespace Ingester.Simulator.Model;

/// <summary>The markets of one exchange that are listed, trading or not.</summary>
/// <param name="exchange">The name of the exchange.</param>
internal sealed class SimulatedMarkets(string exchange)
{
    private readonly List<SimulatedMarket> markets = [];
    private readonly Dictionary<string, SimulatedMarket> bySymbol = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedMarket> byName = new(StringComparer.Ordinal);

    /// <summary>All markets, in the order in which they were added.</summary>
    public IReadOnlyList<SimulatedMarket> All => markets;

    /// <summary>The markets that trade.</summary>
    public IEnumerable<SimulatedMarket> Trading => markets.Where(market => market.IsTrading);

    /// <summary>Adds a market.</summary>
    public void Add(SimulatedMarket market)
    {
        markets.Add(market);
        bySymbol.Add(market.Spec.Symbol, market);
        byName.Add(market.Spec.Name, market);
    }

    /// <summary>The market of a symbol; null when there is none.</summary>
    public SimulatedMarket? FindSymbol(string symbol) => bySymbol.GetValueOrDefault(symbol);

    /// <summary>The market of a canonical name; null when there is none.</summary>
    public SimulatedMarket? FindName(string name) => byName.GetValueOrDefault(name);

    /// <summary>The market of a canonical name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public SimulatedMarket GetByName(string name) => FindName(name)
        ?? throw new ArgumentException($"{exchange} has no market '{name}'.", nameof(name));
}
