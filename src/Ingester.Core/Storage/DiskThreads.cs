using System.Diagnostics.CodeAnalysis;

namespace Ingester.Core.Storage;

/// <summary>
/// Threads for what blocks on a disk for milliseconds, so that it cannot starve those that receive. They stay between writes, because making one costs as
/// much as a write, and end when nothing came for a while.
/// </summary>
internal sealed class DiskThreads : TaskScheduler
{
    private const int Most = 16; // more writes at once than anybody makes: upload workers, spoolers and drains together

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly object gate = new(); // a monitor: threads wait on it
    private readonly Queue<Task> waiting = [];
    private int threads;
    private int idle;

    private DiskThreads()
    {
    }

    /// <summary>Those of the process.</summary>
    public static DiskThreads Shared { get; } = new();

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => Most;

    /// <summary>Does something on one of them.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, this);

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (gate)
        {
            waiting.Enqueue(task);
            if (idle >= waiting.Count || threads == Most)
            {
                Monitor.Pulse(gate);
                return;
            }

            threads++;
        }

        new Thread(Run) { IsBackground = true, Name = "disk" }.Start();
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (gate)
            return [.. waiting];
    }

    private void Run()
    {
        while (TryTake(out var task))
            TryExecuteTask(task);
    }

    private bool TryTake([NotNullWhen(true)] out Task? task)
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                idle++;
                var came = Monitor.Wait(gate, Patience);
                idle--;
                if (came || waiting.Count > 0)
                    continue;
                threads--;
                task = null;
                return false;
            }

            task = waiting.Dequeue();
            return true;
        }
    }
}
