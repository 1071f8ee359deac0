namespace Ingester.Core.Journals;

/// <summary>Quality of a connection during a window.</summary>
/// <param name="ConnectedSeconds">How long the connection was open, in seconds of the window.</param>
/// <param name="Heartbeats">Number of heartbeats received.</param>
/// <param name="LagP50">Median of receive time minus exchange time, in milliseconds, rounded up to a power of two.</param>
/// <param name="LagP99">99th percentile of the same.</param>
internal sealed record ConnectionQuality(double ConnectedSeconds, long Heartbeats, long LagP50, long LagP99)
{
    /// <summary>Quality of a window without a connection, or of one whose statistics are discarded.</summary>
    public static ConnectionQuality None { get; } = new(0, 0, 0, 0);
}
