using Ingester.Recording.Scheduling;

namespace Ingester.Recording.Backfill;

/// <summary>
/// The queue of gaps in trades to backfill, ordered by due time. Receive loops add gaps without blocking, one loop takes them. The
/// queue is bounded; gaps that do not fit are left to <c>ingester repair</c>.
/// </summary>
/// <param name="clock">Measures the time until a gap is due.</param>
/// <param name="delay">Delay before a gap is backfilled: late events may still close it.</param>
internal sealed class BackfillQueue(TimeProvider clock, TimeSpan delay)
{
    /// <summary>Maximum number of queued gaps.</summary>
    public const int MaxGaps = 10_000;

    /// <summary>Maximum number of attempts per gap, over some hours; then the gap is left to <c>ingester repair</c>.</summary>
    public const int MaxAttempts = 12;

    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(30);

    private readonly Lock gate = new();
    private readonly PriorityQueue<BackfillAttempt, TimeSpan> waiting = new();
    private readonly DueSignal signal = new(clock);

    /// <summary>Number of queued gaps.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>Adds a gap; false when the queue is full or the maximum number of attempts is reached.</summary>
    /// <param name="gap">The gap.</param>
    /// <param name="tries">Number of previous attempts.</param>
    public bool TryAdd(TradeGap gap, int tries = 0)
    {
        var wait = delay * (1L << Math.Min(tries, 20));
        lock (gate)
        {
            if (waiting.Count >= MaxGaps || tries >= MaxAttempts)
                return false;
            var due = signal.Now + (wait < MaxDelay ? wait : MaxDelay);
            waiting.Enqueue(new(gap, tries), due);
            signal.OnDueChanged(due);
            return true;
        }
    }

    /// <summary>Removes and returns the next due gap; null when none is due.</summary>
    public BackfillAttempt? TakeDue()
    {
        lock (gate)
            return waiting.TryPeek(out _, out var due) && due <= signal.Now ? waiting.Dequeue() : null;
    }

    /// <summary>Waits until a gap may be due, or until <paramref name="stop"/> is canceled.</summary>
    public async Task WaitAsync(CancellationToken stop)
    {
        Task wait;
        lock (gate)
            wait = signal.WaitAsync(waiting.TryPeek(out _, out var due) ? due : null, stop);
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
