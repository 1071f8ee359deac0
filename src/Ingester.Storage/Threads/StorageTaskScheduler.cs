using System.Diagnostics.CodeAnalysis;
using Ingester.Storage.Native;

namespace Ingester.Storage.Threads;

/// <summary>
/// A task scheduler with its own threads of lowered priority, for work that uses the CPU or waits for a disk for milliseconds: compressing,
/// hashing, writing. Threads are kept between writes, because starting one costs as much as a write. They end after a time without work.
/// </summary>
internal sealed class StorageTaskScheduler : TaskScheduler
{
    private const int MaxThreads = 512; // more than the sum of upload workers, spoolers and drain workers, so that a hanging write does not delay another one

    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(10);

    private readonly object gate = new(); // not a Lock: threads use Monitor.Wait
    private readonly Queue<Task> queue = [];
    private int threads;
    private int idle;

    private StorageTaskScheduler()
    {
    }

    /// <summary>The instance of the process.</summary>
    public static StorageTaskScheduler Shared { get; } = new();

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => MaxThreads;

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
            queue.Enqueue(task);
            if (idle >= queue.Count || threads == MaxThreads)
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
            return [.. queue];
    }

    private void Run()
    {
        NativeThread.LowerPriority();
        while (TryDequeue(out var task))
            TryExecuteTask(task);
    }

    private bool TryDequeue([NotNullWhen(true)] out Task? task)
    {
        lock (gate)
        {
            while (queue.Count == 0)
            {
                idle++;
                var came = Monitor.Wait(gate, IdleTimeout);
                idle--;
                if (came || queue.Count > 0)
                    continue;
                threads--;
                task = null;
                return false;
            }

            task = queue.Dequeue();
            return true;
        }
    }
}
