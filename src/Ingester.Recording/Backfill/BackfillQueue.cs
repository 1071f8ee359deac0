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
    private readonly PriorityQueue<(TradeGap Hole, int Tries), TimeSpan> waiting = new();
    private readonly long origin = clock.GetTimestamp();

    /// <summary>Number of queued gaps.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(origin);

    /// <summary>Adds a gap; false when the queue is full or the maximum number of attempts is reached.</summary>
    /// <param name="hole">The gap.</param>
    /// <param name="tries">Number of previous attempts.</param>
    public bool TryAdd(TradeGap hole, int tries = 0)
    {
        var wait = delay * (1L << Math.Min(tries, 20));
        lock (gate)
        {
            if (waiting.Count >= MaxGaps || tries >= MaxAttempts)
                return false;
            waiting.Enqueue((hole, tries), Now + (wait < MaxDelay ? wait : MaxDelay));
            return true;
        }
    }

    /// <summary>Removes and returns the next due gap; null when none is due.</summary>
    public (TradeGap Hole, int Tries)? TakeDue()
    {
        lock (gate)
            return waiting.TryPeek(out _, out var due) && due <= Now ? waiting.Dequeue() : null;
    }
}
