namespace Ingester.Core.Connections;

/// <summary>
/// How long to wait before the next attempt: full jitter, anywhere between nothing and an edge that doubles with each failure up to a cap. The
/// jitter stays at the cap, so that what fell together does not come back together.
/// </summary>
internal sealed class Backoff(Random random, TimeSpan first, TimeSpan cap)
{
    private int failures;

    /// <summary>The wait after one more failure.</summary>
    public TimeSpan Next()
    {
        var edge = Math.Min(cap.Ticks, first.Ticks * Math.Pow(2, failures));
        failures++;
        return TimeSpan.FromTicks((long)(random.NextDouble() * edge));
    }

    /// <summary>Begins at the first edge again.</summary>
    public void Reset() => failures = 0;
}
