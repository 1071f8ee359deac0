using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ingester.Core.Time;

/// <summary>A simulated clock (<c>Ingester:Clock</c>), for demonstrations and tests, in which a minute can pass in two seconds.</summary>
public sealed class ClockOptions
{
    /// <summary>
    /// The time at which simulated and real time are equal; processes with the same value have the same clock. Required when <see cref="Rate"/> is
    /// not 1.
    /// </summary>
    public DateTimeOffset? Epoch { get; set; }

    /// <summary>Simulated seconds per real second. Default 1.</summary>
    [Range(0.001, 1000)]
    public double Rate { get; set; } = 1;

    /// <summary>Constant error that is added to the clock. Default zero.</summary>
    public TimeSpan Offset { get; set; }

    /// <summary>The time, by this clock, at which the clock is changed by <see cref="Jump"/>. Default: never.</summary>
    public DateTimeOffset? JumpAt { get; set; }

    /// <summary>The change at <see cref="JumpAt"/>, forward or back. Default zero.</summary>
    public TimeSpan Jump { get; set; }
}

/// <summary>Validates <see cref="ClockOptions"/>.</summary>
[OptionsValidator]
public sealed partial class ClockOptionsValidator : IValidateOptions<ClockOptions>;

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
