namespace Ingester.Importing;

/// <summary>The clock of an import: it shows when the last frame was received. Waiting goes by the machine's own clock.</summary>
internal sealed class RecordingClock : TimeProvider
{
    private long ticks = DateTime.UnixEpoch.Ticks;

    /// <summary>Shows another time, microseconds UTC.</summary>
    public void Show(long micros) => Volatile.Write(ref ticks, DateTime.UnixEpoch.Ticks + micros * TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);
}
