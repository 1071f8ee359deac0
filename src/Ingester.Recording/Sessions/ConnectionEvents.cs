using Ingester.Core.Exchanges;
using Ingester.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Sessions;

/// <summary>Events of connections; each method logs and counts one event.</summary>
internal sealed partial class ConnectionEvents(IngesterMeter meter, ILogger<ConnectionEvents> log)
{
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

    /// <summary>The exchange limits the rate of this address; no connection is opened and no REST request is sent for a time.</summary>
    public void RateLimited(string exchange, TimeSpan span) => LogRateLimited(exchange, span);

    /// <summary>A connection was closed because recording stops or because it carries no streams any more.</summary>
    public void Closed(ConnectionName connection) => LogClosed(connection);

    /// <summary>The exchange announced that it will close the connection.</summary>
    public void ClosingSoon(ConnectionName connection) => LogClosingSoon(connection);

    /// <summary>The desired streams of a connection changed, and only a successor can carry them.</summary>
    public void SuccessorNeeded(ConnectionName connection) => LogSuccessorNeeded(connection);

    /// <summary>The exchange refused a request.</summary>
    public void RequestRefused(ConnectionName connection, IReadOnlyList<Subscription> streams, string reason)
    {
        meter.RequestsFailed.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.KindTag("refused"));
        LogRequestRefused(connection, streams.Count, StreamNames.Format(streams), reason);
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
        LogStreamsUnlisted(connection, streams.Count, StreamNames.Format(streams));
    }

    /// <summary>Streams were not confirmed after the maximum number of attempts.</summary>
    public void StreamsFailed(ConnectionName connection, IReadOnlyList<Subscription> streams)
    {
        meter.RequestsFailed.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.KindTag("given-up"));
        LogStreamsFailed(connection, streams.Count, StreamNames.FormatAll(streams));
    }

    /// <summary>A request was not answered in time.</summary>
    public void RequestUnanswered(ConnectionName connection, IReadOnlyList<Subscription> streams)
    {
        meter.RequestsFailed.Add(1, IngesterMeter.ExchangeTag(connection.Exchange), IngesterMeter.KindTag("unanswered"));
        LogRequestUnanswered(connection, streams.Count, StreamNames.Format(streams));
    }

    [LoggerMessage(LogLevel.Information, "{Connection} connected to {Address} for {Streams} streams.")]
    private partial void LogOpened(ConnectionName connection, Uri address, int streams);

    [LoggerMessage("{Connection} could not be opened ({Kind}): {Reason} Retrying in {RetryIn}.")]
    private partial void LogDialFailed(LogLevel level, ConnectionName connection, string kind, string reason, TimeSpan retryIn);

    [LoggerMessage(LogLevel.Warning, "{Connection} was lost ({Kind}): {Reason} Reconnecting in {RetryIn}.")]
    private partial void LogLost(ConnectionName connection, string kind, string reason, TimeSpan retryIn);

    [LoggerMessage(LogLevel.Warning, "{Exchange} limits the rate of this address: no connection is opened and no request is sent for {Span}.")]
    private partial void LogRateLimited(string exchange, TimeSpan span);

    [LoggerMessage(LogLevel.Information, "{Connection} is closed.")]
    private partial void LogClosed(ConnectionName connection);

    [LoggerMessage(LogLevel.Information, "{Connection} will be closed by the exchange soon.")]
    private partial void LogClosingSoon(ConnectionName connection);

    [LoggerMessage(LogLevel.Information, "{Connection} is replaced by a successor: its streams changed, and the exchange cannot change its subscriptions without an interruption of the others.")]
    private partial void LogSuccessorNeeded(ConnectionName connection);

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
}
