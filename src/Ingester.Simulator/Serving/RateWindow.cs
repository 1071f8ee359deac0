using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Simulator.Serving;

/// <summary>A rate limit over a sliding window of the clock's time.</summary>
internal sealed class RateWindow(Budget budget)
{
    private readonly Queue<(long Micros, int Weight)> taken = new();
    private readonly long span = Micros.From(budget.Per);

    /// <summary>The weight used in the window that ends now.</summary>
    public int Used { get; private set; }

    /// <summary>Acquires <paramref name="weight"/>; returns false and acquires nothing when the limit would be exceeded.</summary>
    public bool TryTake(long micros, int weight = 1)
    {
        while (taken.TryPeek(out var oldest) && oldest.Micros <= micros - span)
            Used -= taken.Dequeue().Weight;
        if (Used + weight > budget.Count)
            return false;
        taken.Enqueue((micros, weight));
        Used += weight;
        return true;
    }

    /// <summary>Time until weight becomes available.</summary>
    public TimeSpan Wait(long micros) => taken.TryPeek(out var oldest)
        ? TimeSpan.FromMicroseconds(Math.Max(0, oldest.Micros + span - micros))
        : budget.Per;
}
