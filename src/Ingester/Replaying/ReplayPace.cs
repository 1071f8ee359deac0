namespace Ingester.Replaying;

/// <summary>Computes the delays of a replay at a given speed.</summary>
/// <param name="speed">Recorded seconds per real second; zero for no delays.</param>
/// <param name="clock">The real clock.</param>
internal sealed class ReplayPace(double speed, TimeProvider clock)
{
    private readonly long began = clock.GetTimestamp();
    private long? first;

    /// <summary>Time until an event of that time is due; zero when it is due.</summary>
    public TimeSpan DelayUntil(long micros)
    {
        if (speed <= 0)
            return TimeSpan.Zero;
        first ??= micros;
        var due = TimeSpan.FromMicroseconds((micros - first.Value) / speed) - clock.GetElapsedTime(began);
        return due > TimeSpan.Zero ? due : TimeSpan.Zero;
    }
}
