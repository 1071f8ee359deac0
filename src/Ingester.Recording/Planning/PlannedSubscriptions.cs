using Ingester.Core.Markets;

namespace Ingester.Recording.Planning;

/// <summary>The effect of a market list on the subscriptions of an exchange.</summary>
/// <param name="MarketCount">Number of selected markets.</param>
/// <param name="Halted">The selected markets that are halted.</param>
/// <param name="Changes">The connections whose streams change.</param>
internal sealed record PlannedSubscriptions(int MarketCount, IReadOnlySet<Market> Halted, IReadOnlyList<ConnectionChange> Changes);
