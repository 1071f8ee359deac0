using Ingester.Core.Markets;
using Ingester.Core.Telemetry;
using Ingester.Recording.Configuration;
using Ingester.Recording.Sessions;
using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Planning;

/// <summary>Events of market lists, plans and restarts; each method logs and counts one event.</summary>
internal sealed partial class PlanningEvents(IngesterMeter meter, ILogger<PlanningEvents> log)
{
    private const int MaxListedMarkets = 5;
    private const int MaxListedEntries = 20; // limit for lists in which every entry is invalid

    /// <summary>A market list was read.</summary>
    public void MarketListRead(string exchange, int markets, int chosen, int halted)
    {
        meter.MarketListRefreshes.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.OutcomeTag("read"));
        LogMarketListRead(exchange, markets, chosen, halted);
    }

    /// <summary>
    /// Entries of a market list cannot be parsed and are skipped. Each is reported once, and again when its error changes.
    /// </summary>
    public void EntriesUnreadable(string exchange, IReadOnlyList<SkippedEntry> entries)
    {
        meter.MarketsUnreadable.Add(entries.Count, IngesterMeter.ExchangeTag(exchange));
        foreach (var entry in entries.Take(MaxListedEntries))
            LogEntryUnreadable(exchange, entry.Name, entry.Reason);
        if (entries.Count > MaxListedEntries)
            LogMoreUnreadable(exchange, entries.Count - MaxListedEntries);
    }

    /// <summary>Recorded markets changed to a new state.</summary>
    public void MarketsChanged(string exchange, MarketState state, IReadOnlyList<ListedMarket> markets)
    {
        var named = string.Join(", ", markets.Take(MaxListedMarkets).Select(listed => listed.Status is { } status ? $"{listed.Market.Name} ({status})" : listed.Market.Name));
        LogMarketsChanged(exchange, markets.Count, state.Name(), named + (markets.Count > MaxListedMarkets ? ", …" : ""));
    }

    /// <summary>A market list could not be fetched; subscriptions are unchanged.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="retryIn">When the next request is sent.</param>
    /// <param name="repeated">True when the previous request failed as well: it was logged as a warning then.</param>
    public void MarketListFailed(string exchange, string reason, TimeSpan retryIn, bool repeated)
    {
        meter.MarketListRefreshes.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.OutcomeTag("failed"));
        LogMarketListFailed(repeated ? LogLevel.Debug : LogLevel.Warning, exchange, reason, retryIn);
    }

    /// <summary>An unhandled exception stopped the recording of an exchange; it is restarted.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="retryIn">When recording restarts.</param>
    /// <param name="repeated">True when the previous run ended with the same fault: it was logged as an error then.</param>
    public void ExchangeFaulted(string exchange, Exception fault, TimeSpan retryIn, bool repeated)
    {
        meter.ExchangeRestarts.Add(1, IngesterMeter.ExchangeTag(exchange));
        LogExchangeFaulted(repeated ? LogLevel.Debug : LogLevel.Error, exchange, fault.Message, retryIn, fault);
    }

    /// <summary>A restarted exchange has been recorded without a fault for <see cref="ConnectionOptions.StableAfter"/>.</summary>
    public void ExchangeRecovered(string exchange, int restarts) => LogExchangeRecovered(exchange, restarts);

    /// <summary>The objects of a market cannot be stored, so the market is not recorded; logged once for each market.</summary>
    public void MarketUnstorable(string exchange, string market, string why)
    {
        meter.MarketsUnstorable.Add(1, IngesterMeter.ExchangeTag(exchange));
        LogMarketUnstorable(exchange, market, why);
    }

    /// <summary>A pattern matches no market.</summary>
    public void PatternUnmatched(string exchange, string pattern) => LogPatternUnmatched(exchange, pattern);

    /// <summary>The planned streams of a connection changed.</summary>
    public void PlanChanged(string exchange, ConnectionChange change) =>
        LogPlanChanged(new(exchange, change.Id), change.Add.Count, StreamNames.Format(change.Add), change.Remove.Count, StreamNames.Format(change.Remove));

    [LoggerMessage(LogLevel.Information, "{Exchange} lists {Markets} markets, of which {Chosen} are recorded ({Halted} of them are halted).")]
    private partial void LogMarketListRead(string exchange, int markets, int chosen, int halted);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: an entry of the market list cannot be parsed and is skipped: {Entry}: {Reason}")]
    private partial void LogEntryUnreadable(string exchange, string entry, string reason);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: {Count} more entries of the market list cannot be parsed and are skipped; \"ingester markets\" prints all of them.")]
    private partial void LogMoreUnreadable(string exchange, int count);

    [LoggerMessage(LogLevel.Information, "{Exchange}: {Count} markets changed to {State}: {Markets}.")]
    private partial void LogMarketsChanged(string exchange, int count, string state, string markets);

    [LoggerMessage("{Exchange}: recording stopped after an unhandled exception and restarts in {RetryIn}; other exchanges are not affected: {Reason}")]
    private partial void LogExchangeFaulted(LogLevel level, string exchange, string reason, TimeSpan retryIn, Exception fault);

    [LoggerMessage(LogLevel.Information, "{Exchange}: recording is stable again after {Restarts} restarts.")]
    private partial void LogExchangeRecovered(string exchange, int restarts);

    [LoggerMessage("{Exchange}: the market list could not be fetched, subscriptions are unchanged: {Reason} Retrying in {RetryIn}.")]
    private partial void LogMarketListFailed(LogLevel level, string exchange, string reason, TimeSpan retryIn);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: the market \"{Market}\" is not recorded, because its objects cannot be stored: {Why}.")]
    private partial void LogMarketUnstorable(string exchange, string market, string why);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: the pattern \"{Pattern}\" matches no market.")]
    private partial void LogPatternUnmatched(string exchange, string pattern);

    [LoggerMessage(LogLevel.Information, "{Connection}: subscriptions changed: {Added} added ({AddedStreams}), {Removed} removed ({RemovedStreams}).")]
    private partial void LogPlanChanged(ConnectionName connection, int added, string addedStreams, int removed, string removedStreams);
}
