namespace Ingester.Core.Time;

/// <summary>A clock that runs <see cref="ClockOptions.Rate"/> times as fast as another one, including its timers.</summary>
public sealed class SimulatedClock(ClockOptions options, TimeProvider real) : TimeProvider
{
    private readonly DateTimeOffset epoch = options.Epoch ?? real.GetUtcNow();
    private readonly bool isPaced = options.Rate is not 1;

    /// <summary>The system clock, or a simulated one if the options require it.</summary>
    public static TimeProvider Create(ClockOptions options) =>
        options is { Rate: 1, Offset.Ticks: 0, JumpAt: null } ? System : new SimulatedClock(options, System);

    /// <inheritdoc/>
    public override long TimestampFrequency => real.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var now = (isPaced ? epoch + (real.GetUtcNow() - epoch) * options.Rate : real.GetUtcNow()) + options.Offset;
        return now < options.JumpAt || options.JumpAt is null ? now : now + options.Jump;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => isPaced ? (long)(real.GetTimestamp() * options.Rate) : real.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, real.CreateTimer(callback, state, Scale(dueTime), Scale(period)));

    private TimeSpan Scale(TimeSpan span)
    {
        if (span <= TimeSpan.Zero)
            return span; // zero means immediately, negative means never
        var scaled = span / options.Rate;
        return scaled < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : scaled;
    }

    private sealed class ScaledTimer(SimulatedClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Scale(dueTime), clock.Scale(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
