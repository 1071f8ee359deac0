using Ingester.Simulator.Protocols;
using Ingester.Simulator.Protocols.Binance;
using Ingester.Simulator.Protocols.Coinbase;
using Ingester.Simulator.Protocols.Kraken;

namespace Ingester.Simulator.Exchanges;

/// <summary>Every exchange that can be simulated.</summary>
internal static class SimulatedExchangeCatalog
{
    /// <summary>The profiles of all exchanges.</summary>
    public static IReadOnlyList<SimulatedExchangeProfile> All { get; } =
        [BinanceProfiles.Spot, BinanceProfiles.UnitedStates, BinanceProfiles.Futures, CoinbaseProfile.Profile, KrakenProfile.Profile];

    /// <summary>The names of all exchanges.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(profile => profile.Name)];

    /// <summary>Returns the profile of an exchange.</summary>
    /// <exception cref="ArgumentException">No exchange has that name.</exception>
    public static SimulatedExchangeProfile Find(string name) => All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new ArgumentException($"The exchange '{name}' cannot be simulated. Available: {string.Join(", ", Names)}.", nameof(name));
}
