namespace Ingester.Paper.Execution;

/// <summary>Arrivals and expiries in the order of their times; those of the same time in the order in which they were scheduled.</summary>
internal sealed class PendingActions
{
    private readonly PriorityQueue<Action<long>, (long Micros, long Number)> queue = new();
    private long scheduled;

    /// <summary>Schedules an action.</summary>
    /// <param name="micros">Its time, microseconds UTC.</param>
    /// <param name="action">The action; it receives its time.</param>
    public void Schedule(long micros, Action<long> action) => queue.Enqueue(action, (micros, scheduled++));

    /// <summary>Runs the actions of times up to and including a time, also those that they schedule.</summary>
    public void RunUntil(long micros)
    {
        while (queue.TryPeek(out _, out var due) && due.Micros <= micros)
            queue.Dequeue()(due.Micros);
    }
}
