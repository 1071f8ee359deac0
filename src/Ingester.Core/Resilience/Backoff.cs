namespace Ingester.Core.Resilience;

/// <summary>
/// How long to wait before the next attempt: full jitter, anywhere between nothing and an edge that doubles with each failure up to a cap. The
/// jitter stays at the cap, so that what fell together does not come back together.
/// </summary>
internal sealed class Backoff(Random random, TimeSpan first, TimeSpan cap)
{
    private int failures;

    /// <summary>The wait after one more failure.</summary>
    public TimeSpan Next() => After(failures++);

    /// <summary>The wait after a failure; <paramref name="earlier"/> failures came before it.</summary>
    public TimeSpan After(int earlier) => FullJitter(random, first, cap, earlier);

    /// <summary>Begins at the first edge again.</summary>
    public void Reset() => failures = 0;

    /// <summary>A wait with full jitter after a failure; <paramref name="earlier"/> failures came before it.</summary>
    public static TimeSpan FullJitter(Random random, TimeSpan first, TimeSpan cap, int earlier) =>
        TimeSpan.FromTicks((long)(random.NextDouble() * Math.Min(cap.Ticks, first.Ticks * Math.Pow(2, earlier))));
}
