namespace Ingester.Client;

/// <summary>One item of a stream: an event (<see cref="Trade"/>, <see cref="BookDiff"/>) or a <see cref="Mark"/> between events.</summary>
/// <param name="Micros">Exchange time, microseconds since 1970 UTC.</param>
public abstract record MarketItem(long Micros)
{
    /// <summary>Exchange time, UTC.</summary>
    public DateTime Time => DateTime.UnixEpoch.AddTicks(Micros * TimeSpan.TicksPerMicrosecond);
}
