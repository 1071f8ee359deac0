using System.Net;
using Ingester.Core.Telemetry;

namespace Ingester.Live;

/// <summary>Logs and counts the events of the live stream.</summary>
internal sealed partial class LiveStreamEvents(IngesterMeter meter, ILogger<LiveStreamEvents> log)
{
    /// <summary>A client was accepted.</summary>
    public void ClientConnected(IPAddress? address, int streams) => LogClientConnected(log, address, streams);

    /// <summary>A client has ended.</summary>
    public void ClientDisconnected(IPAddress? address, long missed) => LogClientDisconnected(log, address, missed);

    /// <summary>A client has not read anything for too long and is disconnected.</summary>
    public void ClientStalled(IPAddress? address, TimeSpan limit) => LogClientStalled(log, address, limit);

    /// <summary>Clients missed rows because they read too slowly.</summary>
    public void RowsMissed(long rows) => meter.LiveRowsMissed.Add(rows);

    /// <summary>The rows cannot be passed to clients any more because of a bug; recording is not affected.</summary>
    public void DistributionFailed(Exception bug) => LogDistributionFailed(log, bug);

    [LoggerMessage(LogLevel.Information, "Live stream: client {Address} has connected and receives {Streams} streams.")]
    private static partial void LogClientConnected(ILogger log, IPAddress? address, int streams);

    [LoggerMessage(LogLevel.Information, "Live stream: client {Address} has disconnected. It missed {Missed} rows.")]
    private static partial void LogClientDisconnected(ILogger log, IPAddress? address, long missed);

    [LoggerMessage(LogLevel.Information, "Live stream: client {Address} is disconnected because it has not read anything for {Limit}.")]
    private static partial void LogClientStalled(ILogger log, IPAddress? address, TimeSpan limit);

    [LoggerMessage(LogLevel.Error, "The live stream has ended because of an unhandled exception. Recording is not affected. Restart the recorder to serve it again.")]
    private static partial void LogDistributionFailed(ILogger log, Exception bug);
}
