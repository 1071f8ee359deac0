namespace Ingester.Importing;

/// <summary>The clock of an import: the receive time of the last frame. Waits use the machine's clock.</summary>
internal sealed class RecordingClock : TimeProvider
{
    private long ticks = DateTime.UnixEpoch.Ticks;

    /// <summary>Sets the time, microseconds UTC.</summary>
    public void SetTime(long micros) => Volatile.Write(ref ticks, DateTime.UnixEpoch.Ticks + micros * TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);
}
