using Ingester.Core.Time;

namespace Ingester.Core.Rows;

/// <summary>The time of an event, and the state of its connection when it arrived.</summary>
/// <param name="Micros">The event's time, microseconds UTC.</param>
/// <param name="Mark">Origin of the time; <see cref="TimeMark.None"/> for the exchange.</param>
/// <param name="ProofStart">The latest of the event's time and the times of its connection: a proof that begins with this event begins then.</param>
/// <param name="IsConfirmed">True when the exchange clock was fresh and two frames agreed on it.</param>
/// <param name="IsPlausible">False when the time was implausible on arrival (rule T2 of <c>docs/proof.md</c>); the clocks may change while the event waits.</param>
internal readonly record struct Arrival(long Micros, TimeMark Mark, long ProofStart, bool IsConfirmed, bool IsPlausible)
{
    /// <summary>The local time when the bytes of the event were received, microseconds UTC; zero when it is not recorded.</summary>
    public long ReceivedMicros { get; init; }

    /// <summary>Local time minus the time of the event in microseconds; <see cref="long.MaxValue"/> when the exchange sent no plausible time.</summary>
    public long Delay => PlausibleMicros is { } micros ? ReceivedMicros - micros : long.MaxValue;

    /// <summary>The time if it comes from the exchange and is plausible; otherwise null.</summary>
    public long? PlausibleMicros => Mark == TimeMark.None && IsPlausible ? Micros : null;
}
