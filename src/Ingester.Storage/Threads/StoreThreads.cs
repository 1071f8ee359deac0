using System.Diagnostics.CodeAnalysis;

namespace Ingester.Storage.Threads;

/// <summary>
/// Threads for what packs, hashes and writes, and so takes a processor or waits for a disk for milliseconds: they give way to those that receive. They stay
/// between writes, because making one costs as much as a write, and end when nothing came for a while.
/// </summary>
internal sealed class StoreThreads : TaskScheduler
{
    private const int Most = 512; // more than can be asked for: upload workers, spoolers and drains, so that no hanging write keeps another waiting

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly object gate = new(); // a monitor: threads wait on it
    private readonly Queue<Task> waiting = [];
    private int threads;
    private int idle;

    private StoreThreads()
    {
    }

    /// <summary>Those of the process.</summary>
    public static StoreThreads Shared { get; } = new();

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => Most;

    /// <summary>Does something on one of them: at once where this is one.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        if (Current != this)
            return Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, this);
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellation);
        var task = new Task<T>(work, TaskCreationOptions.DenyChildAttach); // one that is cancelled already could not be run, not even to say so
        task.RunSynchronously(this);
        return task;
    }

    /// <summary>Begins something on one of them that goes on there after each wait.</summary>
    public Task RunAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

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

        new Thread(Run) { IsBackground = true, Name = "store" }.Start();
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (gate)
            return [.. waiting];
    }

    private void Run()
    {
        NativeThread.GiveWay();
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
