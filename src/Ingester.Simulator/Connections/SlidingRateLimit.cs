using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Simulator.Connections;

/// <summary>A rate limit over a sliding window of the clock's time.</summary>
internal sealed class SlidingRateLimit(RateLimit limit)
{
    private readonly Queue<(long Micros, int Weight)> acquired = new();
    private readonly long spanMicros = Micros.From(limit.Interval);

    /// <summary>The weight used in the window that ends now.</summary>
    public int Used { get; private set; }

    /// <summary>Acquires <paramref name="weight"/>; returns false and acquires nothing when the limit would be exceeded.</summary>
    public bool TryAcquire(long micros, int weight = 1)
    {
        while (acquired.TryPeek(out var oldest) && oldest.Micros <= micros - spanMicros)
            Used -= acquired.Dequeue().Weight;
        if (Used + weight > limit.Count)
            return false;
        acquired.Enqueue((micros, weight));
        Used += weight;
        return true;
    }

    /// <summary>Time until weight becomes available.</summary>
    public TimeSpan TimeUntilAvailable(long micros) => acquired.TryPeek(out var oldest)
        ? TimeSpan.FromMicroseconds(Math.Max(0, oldest.Micros + spanMicros - micros))
        : limit.Interval;
}
