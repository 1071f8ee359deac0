using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>What the words that an exchange uses for the status of a market mean. A word that is not named here is a halt: nothing is concluded from it.</summary>
internal sealed record MarketStatuses
{
    /// <summary>Ordinary trading.</summary>
    public required IReadOnlyList<string> Trading { get; init; }

    /// <summary>The market is gone for good. Default: none, where only its absence from the list says so.</summary>
    public IReadOnlyList<string> Terminal { get; init; } = [];

    /// <summary>What a status means.</summary>
    public MarketState Of(string status) =>
        Trading.Contains(status, StringComparer.Ordinal) ? MarketState.Trading
        : Terminal.Contains(status, StringComparer.Ordinal) ? MarketState.Delisted
        : MarketState.Halted;
}
