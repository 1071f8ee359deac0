using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Recording.Backfill;
using Ingester.Recording.Planning;
using Ingester.Recording.Snapshots;
using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Sessions;

/// <summary>One connection, as logs name it: <c>binance#3</c>.</summary>
internal readonly record struct ConnectionName(string Exchange, int Id)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Exchange}#{Id}";
}

/// <summary>What can happen to connections and discovery, each said once: logged and counted.</summary>
internal sealed partial class ConnectionEvents(IngesterMeter meter, ILogger<ConnectionEvents> log)
{
    private const int NamedStreams = 5;
    private const int NamedEntries = 20; // a list of which every entry is odd must not fill the log

    /// <summary>A connection opened.</summary>
    public void Opened(ConnectionName connection, Uri address, int streams)
    {
        meter.Connects.Add(1, IngesterMeter.Exchange(connection.Exchange));
        LogOpened(connection, address, streams);
    }

    /// <summary>A connection could not be opened.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="fault">Why.</param>
    /// <param name="retryIn">When it is tried again.</param>
    /// <param name="repeated">True when the attempt before failed as well: the warning was given then.</param>
    public void DialFailed(ConnectionName connection, in ConnectionFault fault, TimeSpan retryIn, bool repeated)
    {
        meter.DialFailures.Add(1, IngesterMeter.Exchange(connection.Exchange), IngesterMeter.Kind(fault.Name));
        LogDialFailed(repeated ? LogLevel.Debug : LogLevel.Warning, connection, fault.Name, fault.Reason, retryIn);
    }

    /// <summary>An open connection was lost.</summary>
    public void Lost(ConnectionName connection, in ConnectionFault fault, TimeSpan retryIn)
    {
        meter.Disconnects.Add(1, IngesterMeter.Exchange(connection.Exchange), IngesterMeter.Kind(fault.Name));
        LogLost(connection, fault.Name, fault.Reason, retryIn);
    }

    /// <summary>The exchange said that it was too much, and nobody dials it for a while.</summary>
    public void HeldOff(string exchange, TimeSpan span) => LogHeldOff(exchange, span);

    /// <summary>A connection was closed because it was told to stop or had nothing left to carry.</summary>
    public void Closed(ConnectionName connection) => LogClosed(connection);

    /// <summary>The exchange announced that it will cut the connection.</summary>
    public void ClosingSoon(ConnectionName connection) => LogClosingSoon(connection);

    /// <summary>The exchange refused a request.</summary>
    public void RequestRefused(ConnectionName connection, IReadOnlyList<Subscription> streams, string reason)
    {
        meter.RequestFailures.Add(1, IngesterMeter.Exchange(connection.Exchange), IngesterMeter.Kind("refused"));
        LogRequestRefused(connection, streams.Count, Named(streams), reason);
    }

    /// <summary>A successor took over; what it replaced is closed.</summary>
    public void Rotated(ConnectionName connection, TimeSpan age)
    {
        meter.Rotations.Add(1, IngesterMeter.Exchange(connection.Exchange), IngesterMeter.Outcome("done"));
        LogRotated(connection, age);
    }

    /// <summary>A successor could not take over; what stands stays, and it is tried again.</summary>
    public void SuccessorFailed(ConnectionName connection, string reason)
    {
        meter.Rotations.Add(1, IngesterMeter.Exchange(connection.Exchange), IngesterMeter.Outcome("failed"));
        LogSuccessorFailed(connection, reason);
    }

    /// <summary>The exchange does not list streams that it confirmed.</summary>
    public void NotListed(ConnectionName connection, IReadOnlyList<Subscription> streams)
    {
        meter.RequestFailures.Add(1, IngesterMeter.Exchange(connection.Exchange), IngesterMeter.Kind("unlisted"));
        LogNotListed(connection, streams.Count, Named(streams));
    }

    /// <summary>Streams are not confirmed, however often they are asked for.</summary>
    public void StreamsFailed(ConnectionName connection, IReadOnlyList<Subscription> streams)
    {
        meter.RequestFailures.Add(1, IngesterMeter.Exchange(connection.Exchange), IngesterMeter.Kind("given-up"));
        LogStreamsFailed(connection, streams.Count, string.Join(", ", streams.Select(Name)));
    }

    /// <summary>A request had no answer in time.</summary>
    public void RequestUnanswered(ConnectionName connection, IReadOnlyList<Subscription> streams)
    {
        meter.RequestFailures.Add(1, IngesterMeter.Exchange(connection.Exchange), IngesterMeter.Kind("unanswered"));
        LogRequestUnanswered(connection, streams.Count, Named(streams));
    }

    /// <summary>A market list was read.</summary>
    public void Discovered(string exchange, int markets, int chosen, int halted)
    {
        meter.Discoveries.Add(1, IngesterMeter.Exchange(exchange), IngesterMeter.Outcome("read"));
        LogDiscovered(exchange, markets, chosen, halted);
    }

    /// <summary>Entries of a market list cannot be read and are left out; each is reported once, and again when what is wrong changes.</summary>
    public void EntriesUnreadable(string exchange, IReadOnlyList<UnreadableEntry> entries)
    {
        meter.EntriesUnreadable.Add(entries.Count, IngesterMeter.Exchange(exchange));
        foreach (var entry in entries.Take(NamedEntries))
            LogEntryUnreadable(exchange, entry.Name, entry.Reason);
        if (entries.Count > NamedEntries)
            LogMoreUnreadable(exchange, entries.Count - NamedEntries);
    }

    /// <summary>The state of recorded markets changed to the same one.</summary>
    public void MarketsChanged(string exchange, MarketState state, IReadOnlyList<ListedMarket> markets)
    {
        var named = string.Join(", ", markets.Take(NamedStreams).Select(listed => listed.Status is { } status ? $"{listed.Market.Name} ({status})" : listed.Market.Name));
        LogMarketsChanged(exchange, markets.Count, state.Name(), named + (markets.Count > NamedStreams ? ", …" : ""));
    }

    /// <summary>A market list could not be read; what is recorded stays as it is.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="retryIn">When it is requested again.</param>
    /// <param name="repeated">True when the request before failed as well: the warning was given then.</param>
    public void DiscoveryFailed(string exchange, string reason, TimeSpan retryIn, bool repeated)
    {
        meter.Discoveries.Add(1, IngesterMeter.Exchange(exchange), IngesterMeter.Outcome("failed"));
        LogDiscoveryFailed(repeated ? LogLevel.Debug : LogLevel.Warning, exchange, reason, retryIn);
    }

    /// <summary>An answer over REST could not be read because of a bug.</summary>
    public void AnswerUnreadable(string exchange, Uri address, Exception bug) => LogAnswerUnreadable(exchange, address, bug);

    /// <summary>A fault that nothing below the supervisor handles ended the recording of an exchange; it begins again.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="retryIn">When it begins again.</param>
    /// <param name="repeated">True when the same fault ended the run before as well: the error was logged then.</param>
    public void ExchangeBroke(string exchange, Exception fault, TimeSpan retryIn, bool repeated)
    {
        meter.Restarts.Add(1, IngesterMeter.Exchange(exchange));
        LogExchangeBroke(repeated ? LogLevel.Debug : LogLevel.Error, exchange, fault.Message, retryIn, fault);
    }

    /// <summary>An exchange that was restarted has been recorded without a fault for a while.</summary>
    public void ExchangeRecovered(string exchange, int restarts) => LogExchangeRecovered(exchange, restarts);

    /// <summary>A whole book was fetched.</summary>
    public void BookFetched(string exchange, AttachStep step) => meter.BooksFetched.Add(1, IngesterMeter.Exchange(exchange), IngesterMeter.Outcome(step switch
    {
        AttachStep.Join => "stored",
        AttachStep.Wait => "waiting",
        _ => "old",
    }));

    /// <summary>A whole book could not be had; its changes are recorded all the same.</summary>
    public void BookFailed(string exchange, string market, string reason)
    {
        meter.BooksFetched.Add(1, IngesterMeter.Exchange(exchange), IngesterMeter.Outcome("failed"));
        LogBookFailed(exchange, market, reason);
    }

    /// <summary>A hole in trades was closed, or what of it the exchange still serves.</summary>
    public void Repaired(TradeHole hole, IReadOnlyList<SequenceRange> left) => CountRepair(hole, left.Count == 0 ? "closed" : "partly");

    /// <summary>A hole in trades could not be closed now; it is tried again.</summary>
    public void RepairFailed(TradeHole hole, string reason)
    {
        CountRepair(hole, "failed");
        LogRepairFailed(hole.Stream, hole.Missing, reason);
    }

    /// <summary>A hole in trades could not be closed however often it was tried.</summary>
    public void RepairGivenUp(TradeHole hole, string reason)
    {
        CountRepair(hole, "given-up");
        LogRepairGivenUp(hole.Stream, hole.Missing, reason);
    }

    /// <summary>The objects of a market cannot be stored, so that it is not recorded; said once for each market.</summary>
    public void MarketUnstorable(string exchange, string market, string why)
    {
        meter.Unstorable.Add(1, IngesterMeter.Exchange(exchange));
        LogMarketUnstorable(exchange, market, why);
    }

    /// <summary>A pattern fits no market.</summary>
    public void PatternUnmatched(string exchange, string pattern) => LogPatternUnmatched(exchange, pattern);

    /// <summary>The plan of an exchange changed.</summary>
    public void Planned(string exchange, ConnectionChange change) =>
        LogPlanned(new(exchange, change.Id), change.Add.Count, Named(change.Add), change.Remove.Count, Named(change.Remove));

    private void CountRepair(TradeHole hole, string outcome) => meter.Repairs.Add(
        1, IngesterMeter.Exchange(hole.Stream.Exchange), IngesterMeter.Dataset(hole.Stream.Dataset.Name()), IngesterMeter.Outcome(outcome));

    private static string Named(IReadOnlyList<Subscription> streams) =>
        string.Join(", ", streams.Take(NamedStreams).Select(Name)) + (streams.Count > NamedStreams ? ", …" : "");

    private static string Name(Subscription stream) => $"{stream.Dataset.Name()} {stream.Market.Name}";

    [LoggerMessage(LogLevel.Information, "{Connection} is open at {Address}, for {Streams} streams.")]
    private partial void LogOpened(ConnectionName connection, Uri address, int streams);

    [LoggerMessage("{Connection} could not be opened ({Kind}): {Reason} Next try in {RetryIn}.")]
    private partial void LogDialFailed(LogLevel level, ConnectionName connection, string kind, string reason, TimeSpan retryIn);

    [LoggerMessage(LogLevel.Warning, "{Connection} was lost ({Kind}): {Reason} Next try in {RetryIn}.")]
    private partial void LogLost(ConnectionName connection, string kind, string reason, TimeSpan retryIn);

    [LoggerMessage(LogLevel.Warning, "{Exchange} asks to keep off: no connection is opened for {Span}.")]
    private partial void LogHeldOff(string exchange, TimeSpan span);

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

    [LoggerMessage(LogLevel.Warning, "{Connection}: its successor could not take over, it stays as it is and this is tried again: {Reason}")]
    private partial void LogSuccessorFailed(ConnectionName connection, string reason);

    [LoggerMessage(LogLevel.Warning, "{Connection}: {Count} streams ({Streams}) are not in the exchange's own list and are asked for again.")]
    private partial void LogNotListed(ConnectionName connection, int count, string streams);

    [LoggerMessage(LogLevel.Warning, "{Connection}: {Count} streams are not recorded, because the exchange does not confirm them: {Streams}.")]
    private partial void LogStreamsFailed(ConnectionName connection, int count, string streams);

    [LoggerMessage(LogLevel.Information, "{Exchange} lists {Markets} markets, of which {Chosen} are recorded ({Halted} of them are halted).")]
    private partial void LogDiscovered(string exchange, int markets, int chosen, int halted);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: an entry of the market list cannot be read and is left out: {Entry}: {Reason}")]
    private partial void LogEntryUnreadable(string exchange, string entry, string reason);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: {Count} more entries of the market list cannot be read and are left out; \"ingester markets\" prints all of them.")]
    private partial void LogMoreUnreadable(string exchange, int count);

    [LoggerMessage(LogLevel.Information, "{Exchange}: {Count} markets are {State} now: {Markets}.")]
    private partial void LogMarketsChanged(string exchange, int count, string state, string markets);

    [LoggerMessage(LogLevel.Error, "{Exchange}: {Address} could not be read because of a bug, please report it.")]
    private partial void LogAnswerUnreadable(string exchange, Uri address, Exception bug);

    [LoggerMessage("{Exchange}: recording ended because of a fault that nothing handles, and begins again in {RetryIn}; the other exchanges go on: {Reason}")]
    private partial void LogExchangeBroke(LogLevel level, string exchange, string reason, TimeSpan retryIn, Exception fault);

    [LoggerMessage(LogLevel.Information, "{Exchange} is recorded without a fault again, after {Restarts} restarts.")]
    private partial void LogExchangeRecovered(string exchange, int restarts);

    [LoggerMessage("{Exchange}: the market list could not be read, what is recorded stays as it is: {Reason} Next try in {RetryIn}.")]
    private partial void LogDiscoveryFailed(LogLevel level, string exchange, string reason, TimeSpan retryIn);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: the book of {Market} could not be had, it will be asked for again: {Reason}")]
    private partial void LogBookFailed(string exchange, string market, string reason);

    [LoggerMessage(LogLevel.Warning, "{Stream}: the hole {Missing} could not be closed, it will be tried again: {Reason}")]
    private partial void LogRepairFailed(StreamId stream, SequenceRange missing, string reason);

    [LoggerMessage(LogLevel.Warning, "{Stream}: the hole {Missing} could not be closed and is left to ingester repair: {Reason}")]
    private partial void LogRepairGivenUp(StreamId stream, SequenceRange missing, string reason);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: the market \"{Market}\" is not recorded, because its objects cannot be stored: {Why}.")]
    private partial void LogMarketUnstorable(string exchange, string market, string why);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: the pattern \"{Pattern}\" fits no market.")]
    private partial void LogPatternUnmatched(string exchange, string pattern);

    [LoggerMessage(LogLevel.Information, "{Connection} is planned: {Added} streams more ({AddedStreams}), {Removed} fewer ({RemovedStreams}).")]
    private partial void LogPlanned(ConnectionName connection, int added, string addedStreams, int removed, string removedStreams);
}
