namespace Ingester.Testing.Model;

/// <summary>The local clock of one replica: the model's true time plus an offset, which may jump.</summary>
internal sealed class ModelClock : TimeProvider
{
    /// <summary>True time, microseconds UTC.</summary>
    public long True { get; set; }

    /// <summary>How far the local clock is ahead of the true time, microseconds.</summary>
    public long Offset { get; set; }

    /// <summary>The local time, microseconds UTC.</summary>
    public long Local => True + Offset;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Local * TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc/>
    public override long GetTimestamp() => True;
}
