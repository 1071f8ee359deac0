using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>Maps an exchange's market statuses to states. A status that is not listed here is a halt: nothing is concluded from it.</summary>
internal sealed record MarketStatuses
{
    /// <summary>Ordinary trading.</summary>
    public required IReadOnlyList<string> Trading { get; init; }

    /// <summary>The market is delisted. Default: none, when only its absence from the list shows that.</summary>
    public IReadOnlyList<string> Terminal { get; init; } = [];

    /// <summary>The state for a status.</summary>
    public MarketState StateOf(string status) =>
        Trading.Contains(status, StringComparer.Ordinal) ? MarketState.Trading
        : Terminal.Contains(status, StringComparer.Ordinal) ? MarketState.Delisted
        : MarketState.Halted;
}
