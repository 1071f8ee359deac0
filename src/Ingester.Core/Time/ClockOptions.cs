using System.ComponentModel.DataAnnotations;

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
