namespace Ingester.Core.Resilience;

/// <summary>
/// Exponential backoff with full jitter: a random wait between zero and an upper bound that doubles with each failure up to a cap.
/// The jitter remains at the cap, so that clients that failed together do not retry together.
/// </summary>
internal sealed class Backoff(Random random, TimeSpan first, TimeSpan cap)
{
    private int failures;

    /// <summary>Returns the wait after one more failure.</summary>
    public TimeSpan NextDelay() => DelayAfter(failures++);

    /// <summary>Returns the wait after a failure that follows <paramref name="earlier"/> failures.</summary>
    public TimeSpan DelayAfter(int earlier) => FullJitter(random, first, cap, earlier);

    /// <summary>Resets the number of failures.</summary>
    public void Reset() => failures = 0;

    /// <summary>Returns a wait with full jitter after a failure that follows <paramref name="earlier"/> failures.</summary>
    public static TimeSpan FullJitter(Random random, TimeSpan first, TimeSpan cap, int earlier) =>
        TimeSpan.FromTicks((long)(random.NextDouble() * Math.Min(cap.Ticks, first.Ticks * Math.Pow(2, earlier))));
}
