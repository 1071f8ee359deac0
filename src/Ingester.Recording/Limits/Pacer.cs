using Ingester.Core.Exchanges;

namespace Ingester.Recording.Limits;

/// <summary>
/// A rate limiter (generic cell rate algorithm). No interval of length <see cref="Budget.Per"/>, wherever it starts, contains more
/// than <see cref="Budget.Count"/> units: a burst may be sent at once, later units are spread evenly. Callers are served in order.
/// </summary>
internal sealed class Pacer : IDisposable
{
    private readonly SemaphoreSlim queue = new(1, 1);
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly long origin;
    private readonly int burst;
    private readonly TimeSpan interval;
    private readonly TimeSpan tolerance;
    private TimeSpan due;

    /// <summary>Creates a limiter for <paramref name="budget"/>, with bursts of up to <paramref name="burst"/>.</summary>
    public Pacer(Budget budget, int burst, TimeProvider clock)
    {
        this.clock = clock;
        origin = clock.GetTimestamp();
        burst = Math.Clamp(burst, 1, budget.Count);
        this.burst = burst;
        interval = budget.Per / Math.Max(1, budget.Count - burst);
        if (budget.Count == 1)
            interval = budget.Per;
        tolerance = interval * (burst - 1);
    }

    /// <summary>For new connections: half of the budget as a burst, so that the start is quick; the other half is spread.</summary>
    public static Pacer ForConnects(Budget budget, TimeProvider clock) => new(budget, budget.Count / 2, clock);

    /// <summary>For messages on one connection: spread evenly; a fifth is reserved for pings and pongs of the socket.</summary>
    public static Pacer ForMessages(Budget budget, TimeProvider clock) =>
        new(budget with { Count = budget.Count - Math.Min(budget.Count - 1, Math.Max(1, budget.Count / 5)) }, 1, clock);

    /// <summary>Waits until <paramref name="weight"/> units are available, and acquires them.</summary>
    public async Task WaitAsync(CancellationToken stop, int weight = 1)
    {
        await queue.WaitAsync(stop);
        try
        {
            while (Take(weight) is { Ticks: > 0 } wait)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), clock, stop);
        }
        finally
        {
            queue.Release();
        }
    }

    /// <summary>Blocks for a time after the exchange reported an exceeded limit; no burst is allowed right after it.</summary>
    public void HoldOff(TimeSpan span)
    {
        lock (gate)
        {
            var until = Now + span + tolerance;
            due = due > until ? due : until;
        }
    }

    /// <summary>Acquires units and returns zero; or acquires none and returns the time until they are available.</summary>
    internal TimeSpan Take(int weight = 1)
    {
        weight = Math.Clamp(weight, 1, burst); // a weight above the burst counts as the whole burst
        lock (gate)
        {
            var now = Now;
            if (due < now)
                due = now;
            var wait = due + interval * (weight - 1) - tolerance - now;
            if (wait > TimeSpan.Zero)
                return wait;
            due += interval * weight;
            return TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => queue.Dispose();

    private TimeSpan Now => clock.GetElapsedTime(origin);
}
