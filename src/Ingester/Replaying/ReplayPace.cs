namespace Ingester.Replaying;

/// <summary>Lets recorded time pass as fast as is asked for.</summary>
/// <param name="speed">How many recorded seconds pass in a real one; zero does not wait.</param>
/// <param name="clock">The real clock.</param>
internal sealed class ReplayPace(double speed, TimeProvider clock)
{
    private readonly long began = clock.GetTimestamp();
    private long? first;

    /// <summary>How long until an event of that time is due; zero when it is.</summary>
    public TimeSpan Wait(long micros)
    {
        if (speed <= 0)
            return TimeSpan.Zero;
        first ??= micros;
        var due = TimeSpan.FromMicroseconds((micros - first.Value) / speed) - clock.GetElapsedTime(began);
        return due > TimeSpan.Zero ? due : TimeSpan.Zero;
    }
}
