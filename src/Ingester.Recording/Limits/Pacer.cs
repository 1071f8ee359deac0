using Ingester.Core.Exchanges;

namespace Ingester.Recording.Limits;

/// <summary>
/// Keeps a budget. No span of <see cref="Budget.Per"/>, wherever it begins, sees more than <see cref="Budget.Count"/>: a burst may go at once,
/// and what follows is spread evenly (the generic cell rate algorithm, whose whole memory is one point in time). Who waits is served in order.
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

    /// <summary>Keeps <paramref name="budget"/>, of which <paramref name="burst"/> may go at once.</summary>
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

    /// <summary>Opening connections: half of the budget at once, so that a start is quick, and the other half spread.</summary>
    public static Pacer ForConnects(Budget budget, TimeProvider clock) => new(budget, budget.Count / 2, clock);

    /// <summary>Messages on one connection: evenly, with a fifth kept back for the pongs and pings that the socket sends itself.</summary>
    public static Pacer ForMessages(Budget budget, TimeProvider clock) =>
        new(budget with { Count = budget.Count - Math.Min(budget.Count - 1, Math.Max(1, budget.Count / 5)) }, 1, clock);

    /// <summary>Waits until one more may go, or as many as something weighs, and takes them.</summary>
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

    /// <summary>Lets nothing go for this long, and no burst right after it: the exchange said that it was too much.</summary>
    public void HoldOff(TimeSpan span)
    {
        lock (gate)
        {
            var until = Now + span + tolerance;
            due = due > until ? due : until;
        }
    }

    /// <summary>Takes some and returns nothing to wait for; or takes none, and returns how long until they may go.</summary>
    internal TimeSpan Take(int weight = 1)
    {
        weight = Math.Clamp(weight, 1, burst); // what weighs more than may ever go at once goes when all of that may
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
