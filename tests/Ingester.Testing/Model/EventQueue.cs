namespace Ingester.Testing.Model;

/// <summary>Actions at true times, in order; actions at the same time run in the order in which they were added.</summary>
internal sealed class EventQueue(ModelClock clock)
{
    private readonly PriorityQueue<Action, (long At, int Order)> queue = new();
    private int order;

    /// <summary>Adds an action.</summary>
    public void At(long when, Action action) => queue.Enqueue(action, (when, order++));

    /// <summary>Runs all actions before a time, and moves the clock.</summary>
    public void RunUntil(long end)
    {
        while (queue.TryDequeue(out var action, out var when) && when.At < end)
        {
            clock.True = when.At;
            action();
        }

        clock.True = end;
    }
}
