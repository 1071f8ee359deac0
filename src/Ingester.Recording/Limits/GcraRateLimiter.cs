using Ingester.Core.Exchanges;

namespace Ingester.Recording.Limits;

/// <summary>
/// A rate limiter (generic cell rate algorithm). No interval of length <see cref="RateLimit.Interval"/>, wherever it starts, contains more
/// than <see cref="RateLimit.Count"/> units: a burst may be sent at once, later units are spread evenly. Callers are served in order.
/// </summary>
internal sealed class GcraRateLimiter : IDisposable
{
    private readonly SemaphoreSlim queue = new(1, 1);
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly long origin;
    private readonly int burst;
    private readonly TimeSpan interval;
    private readonly TimeSpan tolerance;
    private TimeSpan theoreticalArrival;

    /// <summary>Creates a limiter for <paramref name="budget"/>, with bursts of up to <paramref name="burst"/>.</summary>
    public GcraRateLimiter(RateLimit budget, int burst, TimeProvider clock)
    {
        this.clock = clock;
        origin = clock.GetTimestamp();
        burst = Math.Clamp(burst, 1, budget.Count);
        this.burst = burst;
        interval = budget.Interval / Math.Max(1, budget.Count - burst);
        if (budget.Count == 1)
            interval = budget.Interval;
        tolerance = interval * (burst - 1);
    }

    /// <summary>For new connections: half of the budget as a burst, so that the start is quick; the other half is spread.</summary>
    public static GcraRateLimiter ForConnectionAttempts(RateLimit budget, TimeProvider clock) => new(budget, budget.Count / 2, clock);

    /// <summary>For messages on one connection: spread evenly; a fifth is reserved for pings and pongs of the socket.</summary>
    public static GcraRateLimiter ForMessages(RateLimit budget, TimeProvider clock) =>
        new(budget with { Count = budget.Count - Math.Min(budget.Count - 1, Math.Max(1, budget.Count / 5)) }, 1, clock);

    /// <summary>Waits until <paramref name="weight"/> units are available, and acquires them.</summary>
    public async Task WaitAsync(CancellationToken stop, int weight = 1)
    {
        await queue.WaitAsync(stop);
        try
        {
            while (AcquireOrDelay(weight) is { Ticks: > 0 } wait)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), clock, stop);
        }
        finally
        {
            queue.Release();
        }
    }

    /// <summary>Blocks for a time after the exchange reported an exceeded limit; no burst is allowed right after it.</summary>
    public void Suspend(TimeSpan span)
    {
        lock (gate)
        {
            var until = Now + span + tolerance;
            theoreticalArrival = theoreticalArrival > until ? theoreticalArrival : until;
        }
    }

    /// <summary>Acquires units and returns zero; or acquires none and returns the time until they are available.</summary>
    internal TimeSpan AcquireOrDelay(int weight = 1)
    {
        weight = Math.Clamp(weight, 1, burst); // a weight above the burst counts as the whole burst
        lock (gate)
        {
            var now = Now;
            if (theoreticalArrival < now)
                theoreticalArrival = now;
            var wait = theoreticalArrival + interval * (weight - 1) - tolerance - now;
            if (wait > TimeSpan.Zero)
                return wait;
            theoreticalArrival += interval * weight;
            return TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => queue.Dispose();

    private TimeSpan Now => clock.GetElapsedTime(origin);
}
