namespace Ingester.Core.Markets;

/// <summary>A market with its status and state in the exchange's list.</summary>
/// <param name="Market">The market.</param>
/// <param name="Status">The exchange's own status; null when the market is no longer in the list.</param>
/// <param name="State">The state that the status maps to.</param>
internal sealed record ListedMarket(Market Market, string? Status, MarketState State)
{
    /// <summary>Type, assets, tick, lot and contract facts; null when the list is parsed without them.</summary>
    public InstrumentFacts? Facts { get; init; }
}

/// <summary>An entry of a market list that was skipped because it cannot be used.</summary>
/// <param name="Name">A name for messages: its symbol, else the beginning of its text.</param>
/// <param name="Symbol">Its symbol; null when it cannot be read.</param>
/// <param name="State">The state that its status maps to; null when it cannot be read.</param>
/// <param name="Reason">The error, as one sentence.</param>
internal sealed record SkippedEntry(string Name, string? Symbol, MarketState? State, string Reason);

/// <summary>A market list.</summary>
/// <param name="Markets">Every readable market in any state, sorted by symbol.</param>
/// <param name="Skipped">The entries that were skipped.</param>
internal sealed record MarketListResult(IReadOnlyList<ListedMarket> Markets, IReadOnlyList<SkippedEntry> Skipped)
{
    /// <summary>The markets to record: trading or halted.</summary>
    public IEnumerable<Market> Recordable => Markets.Where(listed => listed.State != MarketState.Delisted).Select(listed => listed.Market);
}
