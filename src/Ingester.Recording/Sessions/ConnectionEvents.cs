using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Recording.Backfill;
using Ingester.Recording.Planning;
using Ingester.Recording.Snapshots;
using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Sessions;

/// <summary>The name of a connection in logs: <c>binance#3</c>.</summary>
internal readonly record struct ConnectionName(string Exchange, int Id)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Exchange}#{Id}";
}

/// <summary>Events of connections and of market lists; each method logs and counts one event.</summary>
internal sealed partial class ConnectionEvents(IngesterMeter meter, ILogger<ConnectionEvents> log)
{
    private const int MaxListedStreams = 5;
    private const int MaxListedEntries = 20; // limit for lists in which every entry is invalid

    /// <summary>A connection opened.</summary>
    public void Opened(ConnectionName connection, Uri address, int streams)
    {
        meter.ConnectionsOpened.Add(1, IngesterMeter.ExchangeTag(connection.Exchange));
        LogOpened(connection, address, streams);
    }

    /// <summary>A connection could not be opened.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="fault">Why.</param>
    /// <param name="retryIn">When the next attempt starts.</param>
    /// <param name="repeated">True when the previous attempt failed as well: it was logged as a warning then.</param>
    public void DialFailed(ConnectionName connection, in ConnectionFault fault, TimeSpan retryIn, bool repeated)
    {
        meter.ConnectionsFailed.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.KindTag(fault.KindTag));
        LogDialFailed(repeated ? LogLevel.Debug : LogLevel.Warning, connection, fault.KindTag, fault.Reason, retryIn);
    }

    /// <summary>An open connection was lost.</summary>
    public void Lost(ConnectionName connection, in ConnectionFault fault, TimeSpan retryIn)
    {
        meter.ConnectionsLost.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.KindTag(fault.KindTag));
        LogLost(connection, fault.KindTag, fault.Reason, retryIn);
    }

    /// <summary>The exchange limits the rate of this address; no connection is opened for a while.</summary>
    public void RateLimited(string exchange, TimeSpan span) => LogRateLimited(exchange, span);

    /// <summary>A connection was closed because recording stops or because it carries no streams any more.</summary>
    public void Closed(ConnectionName connection) => LogClosed(connection);

    /// <summary>The exchange announced that it will close the connection.</summary>
    public void ClosingSoon(ConnectionName connection) => LogClosingSoon(connection);

    /// <summary>The exchange refused a request.</summary>
    public void RequestRefused(ConnectionName connection, IReadOnlyList<Subscription> streams, string reason)
    {
        meter.RequestsFailed.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.KindTag("refused"));
        LogRequestRefused(connection, streams.Count, FormatStreams(streams), reason);
    }

    /// <summary>A successor took over; the old connection is closed.</summary>
    public void Rotated(ConnectionName connection, TimeSpan age)
    {
        meter.ConnectionsRotated.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.OutcomeTag("done"));
        LogRotated(connection, age);
    }

    /// <summary>A handover failed. The old connection stays open, and the handover is retried.</summary>
    public void SuccessorFailed(ConnectionName connection, string reason)
    {
        meter.ConnectionsRotated.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.OutcomeTag("failed"));
        LogSuccessorFailed(connection, reason);
    }

    /// <summary>The exchange's list of subscriptions lacks streams that it had confirmed.</summary>
    public void StreamsUnlisted(ConnectionName connection, IReadOnlyList<Subscription> streams)
    {
        meter.RequestsFailed.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.KindTag("unlisted"));
        LogStreamsUnlisted(connection, streams.Count, FormatStreams(streams));
    }

    /// <summary>Streams were not confirmed after the maximum number of attempts.</summary>
    public void StreamsFailed(ConnectionName connection, IReadOnlyList<Subscription> streams)
    {
        meter.RequestsFailed.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.KindTag("given-up"));
        LogStreamsFailed(connection, streams.Count, string.Join(", ", streams.Select(FormatStream)));
    }

    /// <summary>A request was not answered in time.</summary>
    public void RequestUnanswered(ConnectionName connection, IReadOnlyList<Subscription> streams)
    {
        meter.RequestsFailed.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.KindTag("unanswered"));
        LogRequestUnanswered(connection, streams.Count, FormatStreams(streams));
    }

    /// <summary>Writes the rows of markets that changed in a new market list.</summary>
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
        var named = string.Join(", ", markets.Take(MaxListedStreams).Select(listed => listed.Status is { } status ? $"{listed.Market.Name} ({status})" : listed.Market.Name));
        LogMarketsChanged(exchange, markets.Count, state.Name(), named + (markets.Count > MaxListedStreams ? ", …" : ""));
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

    /// <summary>A REST response could not be parsed because of a bug.</summary>
    public void AnswerUnreadable(string exchange, Uri address, Exception bug) => LogAnswerUnreadable(exchange, address, bug);

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

    /// <summary>A snapshot was fetched.</summary>
    public void SnapshotFetched(string exchange, SnapshotFit step) => meter.SnapshotsFetched.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.OutcomeTag(step switch
    {
        SnapshotFit.Joinable => "stored",
        SnapshotFit.Ahead => "waiting",
        _ => "old",
    }));

    /// <summary>A snapshot could not be fetched; diffs are recorded meanwhile.</summary>
    public void SnapshotFailed(string exchange, string market, string reason)
    {
        meter.SnapshotsFetched.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.OutcomeTag("failed"));
        LogSnapshotFailed(exchange, market, reason);
    }

    /// <summary>A gap in trades was closed, completely or as far as the exchange still has the trades.</summary>
    public void GapBackfilled(TradeGap hole, IReadOnlyList<SequenceRange> left) => CountBackfill(hole, left.Count == 0 ? "closed" : "partly");

    /// <summary>A gap in trades could not be closed; it is retried.</summary>
    public void BackfillFailed(TradeGap hole, string reason)
    {
        CountBackfill(hole, "failed");
        LogBackfillFailed(hole.Stream, hole.Missing, reason);
    }

    /// <summary>A gap in trades could not be closed within the maximum number of attempts.</summary>
    public void BackfillAbandoned(TradeGap hole, string reason)
    {
        CountBackfill(hole, "given-up");
        LogBackfillAbandoned(hole.Stream, hole.Missing, reason);
    }

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
        LogPlanChanged(new(exchange, change.Id), change.Add.Count, FormatStreams(change.Add), change.Remove.Count, FormatStreams(change.Remove));

    private void CountBackfill(TradeGap hole, string outcome) => meter.BackfillsCompleted.Add(
        1, IngesterMeter.ExchangeTag(hole.Stream.Exchange), IngesterMeter.DatasetTag(hole.Stream.Dataset.Name()), IngesterMeter.OutcomeTag(outcome));

    private static string FormatStreams(IReadOnlyList<Subscription> streams) =>
        string.Join(", ", streams.Take(MaxListedStreams).Select(FormatStream)) + (streams.Count > MaxListedStreams ? ", …" : "");

    private static string FormatStream(Subscription stream) => $"{stream.Dataset.Name()} {stream.Market.Name}";

    [LoggerMessage(LogLevel.Information, "{Connection} connected to {Address} for {Streams} streams.")]
    private partial void LogOpened(ConnectionName connection, Uri address, int streams);

    [LoggerMessage("{Connection} could not be opened ({Kind}): {Reason} Retrying in {RetryIn}.")]
    private partial void LogDialFailed(LogLevel level, ConnectionName connection, string kind, string reason, TimeSpan retryIn);

    [LoggerMessage(LogLevel.Warning, "{Connection} was lost ({Kind}): {Reason} Reconnecting in {RetryIn}.")]
    private partial void LogLost(ConnectionName connection, string kind, string reason, TimeSpan retryIn);

    [LoggerMessage(LogLevel.Warning, "{Exchange} limits the rate of this address: no connection is opened for {Span}.")]
    private partial void LogRateLimited(string exchange, TimeSpan span);

    [LoggerMessage(LogLevel.Information, "{Connection} is closed.")]
    private partial void LogClosed(ConnectionName connection);

    [LoggerMessage(LogLevel.Information, "{Connection} will be closed by the exchange soon.")]
    private partial void LogClosingSoon(ConnectionName connection);

    [LoggerMessage(LogLevel.Warning, "{Connection}: a request for {Count} streams ({Streams}) was refused: {Reason}")]
    private partial void LogRequestRefused(ConnectionName connection, int count, string streams, string reason);

    [LoggerMessage(LogLevel.Warning, "{Connection}: a request for {Count} streams ({Streams}) was not answered.")]
    private partial void LogRequestUnanswered(ConnectionName connection, int count, string streams);

    [LoggerMessage(LogLevel.Information, "{Connection} was replaced by its successor after {Age}.")]
    private partial void LogRotated(ConnectionName connection, TimeSpan age);

    [LoggerMessage(LogLevel.Warning, "{Connection}: the handover to its successor failed, the connection stays open and the handover is retried: {Reason}")]
    private partial void LogSuccessorFailed(ConnectionName connection, string reason);

    [LoggerMessage(LogLevel.Warning, "{Connection}: {Count} streams ({Streams}) are missing from the exchange's list of subscriptions and are resubscribed.")]
    private partial void LogStreamsUnlisted(ConnectionName connection, int count, string streams);

    [LoggerMessage(LogLevel.Warning, "{Connection}: {Count} streams are not recorded, because the exchange does not confirm them: {Streams}.")]
    private partial void LogStreamsFailed(ConnectionName connection, int count, string streams);

    [LoggerMessage(LogLevel.Information, "{Exchange} lists {Markets} markets, of which {Chosen} are recorded ({Halted} of them are halted).")]
    private partial void LogMarketListRead(string exchange, int markets, int chosen, int halted);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: an entry of the market list cannot be parsed and is skipped: {Entry}: {Reason}")]
    private partial void LogEntryUnreadable(string exchange, string entry, string reason);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: {Count} more entries of the market list cannot be parsed and are skipped; \"ingester markets\" prints all of them.")]
    private partial void LogMoreUnreadable(string exchange, int count);

    [LoggerMessage(LogLevel.Information, "{Exchange}: {Count} markets changed to {State}: {Markets}.")]
    private partial void LogMarketsChanged(string exchange, int count, string state, string markets);

    [LoggerMessage(LogLevel.Error, "{Exchange}: the response of {Address} could not be parsed because of a bug, please report it.")]
    private partial void LogAnswerUnreadable(string exchange, Uri address, Exception bug);

    [LoggerMessage("{Exchange}: recording stopped after an unhandled exception and restarts in {RetryIn}; other exchanges are not affected: {Reason}")]
    private partial void LogExchangeFaulted(LogLevel level, string exchange, string reason, TimeSpan retryIn, Exception fault);

    [LoggerMessage(LogLevel.Information, "{Exchange}: recording is stable again after {Restarts} restarts.")]
    private partial void LogExchangeRecovered(string exchange, int restarts);

    [LoggerMessage("{Exchange}: the market list could not be fetched, subscriptions are unchanged: {Reason} Retrying in {RetryIn}.")]
    private partial void LogMarketListFailed(LogLevel level, string exchange, string reason, TimeSpan retryIn);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: the snapshot of {Market} could not be fetched and will be retried: {Reason}")]
    private partial void LogSnapshotFailed(string exchange, string market, string reason);

    [LoggerMessage(LogLevel.Warning, "{Stream}: the gap {Missing} could not be backfilled and will be retried: {Reason}")]
    private partial void LogBackfillFailed(StreamId stream, SequenceRange missing, string reason);

    [LoggerMessage(LogLevel.Warning, "{Stream}: the gap {Missing} could not be backfilled; run ingester repair to close it: {Reason}")]
    private partial void LogBackfillAbandoned(StreamId stream, SequenceRange missing, string reason);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: the market \"{Market}\" is not recorded, because its objects cannot be stored: {Why}.")]
    private partial void LogMarketUnstorable(string exchange, string market, string why);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: the pattern \"{Pattern}\" matches no market.")]
    private partial void LogPatternUnmatched(string exchange, string pattern);

    [LoggerMessage(LogLevel.Information, "{Connection}: subscriptions changed: {Added} added ({AddedStreams}), {Removed} removed ({RemovedStreams}).")]
    private partial void LogPlanChanged(ConnectionName connection, int added, string addedStreams, int removed, string removedStreams);
}
