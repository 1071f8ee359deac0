using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Configuration;

namespace Ingester.Recording.Planning;

/// <summary>
/// Turns each market list of an exchange into subscriptions: the register knows which markets exist, the user's patterns, the shard and the store
/// select from them, each selected market is subscribed for each selected dataset, and the plan assigns the subscriptions to connections.
/// </summary>
/// <param name="context">The exchange and its options.</param>
/// <param name="services">The shard, the limits of the store, and where the states of markets are written.</param>
internal sealed class SubscriptionPlanner(ExchangeContext context, ExchangeRecorderServices services)
{
    private readonly MarketRegister register = new();
    private readonly MarketFilter filter = new(context.ExchangeOptions.Markets, context.ExchangeOptions.Exclude);
    private readonly IReadOnlyList<DatasetProfile> datasets = context.ExchangeOptions.SelectDatasets(context.Exchange.Profile);
    private readonly HashSet<string> reportedUnstorable = new(StringComparer.Ordinal);
    private readonly MarketListReporter reporter = new(context.Name, services.Events.Planning);
    private ConnectionPlan plan = new() { Capacity = context.ExchangeOptions.Capacity(context.Exchange.Profile) };

    /// <summary>Writes the states of the selected markets; null where only streams are recorded.</summary>
    public InstrumentJournal? Instruments { get; } =
        services is { RecordsInstruments: true, Segments: { } segments } ? new(context.Name, segments.Output, services.DataClock) : null;

    /// <summary>Applies a valid market list, reports what changed, and returns the changes of the connections.</summary>
    public PlannedSubscriptions Apply(MarketListResult listing)
    {
        register.Update(listing);
        var selected = register.Recorded.Where(IsSelected).ToList();
        var halted = selected.Where(listed => listed.State == MarketState.Halted).Select(listed => listed.Market).ToHashSet();
        services.Events.Planning.MarketListRead(context.Name, register.Recorded.Count, selected.Count, halted.Count);
        reporter.ReportUnreadable(listing.Skipped);
        reporter.ReportUnmatched(filter.Unmatched([.. register.Recorded.Select(listed => listed.Market)]));
        var ended = register.Delisted.Where(IsSelected).ToList();
        reporter.ReportStates(selected, ended);
        Instruments?.OnMarketList(selected.Concat(listing.Markets.Where(listed => listed.State == MarketState.Delisted && IsSelected(listed))), ended);
        var (next, changes) = plan.Next(selected.SelectMany(listed => datasets.Select(d => (new Subscription(d.Dataset, listed.Market), d.Endpoint))));
        plan = next;
        return new(selected.Count, halted, changes);
    }

    private bool IsSelected(ListedMarket listed) => filter.IsMatch(listed.Market) && services.IsInShard(listed.Market) && IsStorable(listed.Market);

    private bool IsStorable(Market market)
    {
        if (services.StorageObstacle(market) is not { } why)
            return true;
        if (reportedUnstorable.Add(market.Symbol))
            services.Events.Planning.MarketUnstorable(context.Name, market.Name, why);
        return false;
    }
}
