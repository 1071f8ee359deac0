using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Simulator.Serving;

/// <summary>A limit: so much within any span of the clock's time.</summary>
internal sealed class RateWindow(Budget budget)
{
    private readonly Queue<(long Micros, int Weight)> taken = new();
    private readonly long span = Micros.From(budget.Per);

    /// <summary>How much is taken of the span that ends now.</summary>
    public int Used { get; private set; }

    /// <summary>Takes some; false when that would be too much, and then nothing is taken.</summary>
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

    /// <summary>How long until something can be taken again.</summary>
    public TimeSpan Wait(long micros) => taken.TryPeek(out var oldest)
        ? TimeSpan.FromMicroseconds(Math.Max(0, oldest.Micros + span - micros))
        : budget.Per;
}
