using System.Diagnostics.CodeAnalysis;

namespace Ingester.Storage.Threads;

/// <summary>
/// A task scheduler with its own threads of lowered priority, for work that uses the CPU or waits for a disk for milliseconds: compressing,
/// hashing, writing. Threads are kept between writes, because starting one costs as much as a write. They end after a time without work.
/// </summary>
internal sealed class StoreThreads : TaskScheduler
{
    private const int Most = 512; // more than the sum of upload workers, spoolers and drain workers, so that a hanging write does not delay another one

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly object gate = new(); // not a Lock: threads use Monitor.Wait
    private readonly Queue<Task> waiting = [];
    private int threads;
    private int idle;

    private StoreThreads()
    {
    }

    /// <summary>The instance of the process.</summary>
    public static StoreThreads Shared { get; } = new();

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => Most;

    /// <summary>Runs a function on one of the threads; inline if the caller is on one.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        if (Current != this)
            return Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, this);
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellation);
        var task = new Task<T>(work, TaskCreationOptions.DenyChildAttach); // without the token: a task that is already cancelled cannot be run synchronously
        task.RunSynchronously(this);
        return task;
    }

    /// <summary>Starts an async function whose continuations also run on these threads.</summary>
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
