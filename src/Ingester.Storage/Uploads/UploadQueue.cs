using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>
/// Everything in memory that the store does not have: admitted while there is room, held until it is due, then ready for whoever writes it, to the store
/// or to the spool. <c>backlog (the bound) → waiting → ready</c>. One lock, one timer and one semaphore serve all workers. Waits are measured by the
/// clock's timestamps: a clock that is set does not move them.
/// </summary>
internal sealed class UploadQueue : IDisposable
{
    /// <summary>
    /// Uploads become due at multiples of this, so that those of one moment go together: each going apart would wake a timer, a thread of the pool and a worker.
    /// </summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider clock;
    private readonly Backlog backlog;
    private readonly Lock gate = new();

    // Not bounded by themselves: only what the backlog has admitted comes here, 50,000 objects and 512 MiB unless configured otherwise. When
    // that is reached, the newest segment is refused and its owner reports the loss. Journals go first: they are small and say what is missing.
    private readonly PriorityQueue<Upload, long> waiting = new(); // by the timestamp at which they are due
    private readonly PriorityQueue<Upload, Upload> ready = new(new UploadOrder());
    private readonly PriorityQueue<Upload, Upload> overdue = new(new UploadOrder());
    private readonly SemaphoreSlim hints = new(0); // one for each that was made ready, so that it wakes one of those who wait, not all
    private readonly ITimer timer;
    private bool released;

    /// <summary>Begins empty.</summary>
    public UploadQueue(StorageOptions options, TimeProvider clock)
    {
        this.clock = clock;
        backlog = new(options, clock);
        timer = clock.CreateTimer(static queue => ((UploadQueue)queue!).PassDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is in memory now.</summary>
    public BacklogState State => backlog.State;

    /// <summary>Accepts a segment or a book if there is room; it is ready after a wait.</summary>
    public bool TryAdd(Upload upload, TimeSpan wait)
    {
        if (!backlog.TryAdmit(upload))
            return false;
        lock (gate)
            AddAgain(upload, released ? TimeSpan.Zero : wait);
        return true;
    }

    /// <summary>Accepts a part of a journal, which has a bound of its own; it is ready at once.</summary>
    public void Add(Upload upload)
    {
        backlog.Admit(upload);
        Return(upload);
    }

    /// <summary>Accepts what failed; it is ready after a wait that is kept even when everything was released: it is not tried again without pause.</summary>
    public void AddAgain(Upload upload, TimeSpan wait)
    {
        lock (gate)
        {
            if (wait <= TimeSpan.Zero)
            {
                MakeReady(upload);
                return;
            }

            var at = NextStep(clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency));
            var isNext = !waiting.TryPeek(out _, out var next) || at < next;
            waiting.Enqueue(upload, at);
            if (isNext)
                WakeIn(clock.GetElapsedTime(clock.GetTimestamp(), at));
        }
    }

    /// <summary>Accepts what was not tried; it is ready at once.</summary>
    public void Return(Upload upload) => AddAgain(upload, TimeSpan.Zero);

    /// <summary>Accepts what has failed for so long that it belongs into the spool.</summary>
    public void AddOverdue(Upload upload)
    {
        lock (gate)
            overdue.Enqueue(upload, upload);
    }

    /// <summary>Ends when something may be ready: somebody else may have taken it.</summary>
    public Task WhenReadyAsync(CancellationToken cancellation) => hints.WaitAsync(cancellation);

    /// <summary>The next that is ready, for a caller that waited for it.</summary>
    public bool TryTakeAwaited(out Upload upload)
    {
        lock (gate)
            return ready.TryDequeue(out upload!, out _);
    }

    /// <summary>The next that is ready, for anybody else.</summary>
    public bool TryTake(out Upload upload)
    {
        if (!TryTakeAwaited(out upload))
            return false;
        hints.Wait(0); // nobody is woken for it any more
        return true;
    }

    /// <summary>The next that has failed for so long that it belongs into the spool.</summary>
    public bool TryTakeOverdue(out Upload upload)
    {
        lock (gate)
            return overdue.TryDequeue(out upload!, out _);
    }

    /// <summary>The next that is ready, else the one that is due soonest.</summary>
    public bool TryTakeEarly(out Upload upload)
    {
        if (TryTake(out upload))
            return true;
        lock (gate)
            return waiting.TryDequeue(out upload!, out _);
    }

    /// <summary>Its rows are safe elsewhere: they are given back to the pool, and there is room again.</summary>
    public void Done(Upload upload)
    {
        upload.LeftMemory();
        backlog.Remove(upload);
        upload.Drop();
    }

    /// <summary>True when more than a share of the room is taken.</summary>
    public bool IsAbove(double share) => backlog.IsAbove(share);

    /// <summary>Ends when no more than a share of the room is taken; with zero, when nothing is left.</summary>
    public Task WhenDrainedToAsync(double share) => backlog.WhenDrainedToAsync(share);

    /// <summary>Accepts no more segments and books, and makes ready what waits.</summary>
    public void Close()
    {
        backlog.Close();
        lock (gate)
        {
            released = true;
            while (waiting.TryDequeue(out var upload, out _))
                MakeReady(upload);
        }
    }

    /// <summary>Nobody will write any more: gives up what is left.</summary>
    public void GiveUp()
    {
        while (TryTakeOverdue(out var upload) || TryTakeEarly(out upload))
            upload.Drop();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
        {
            waiting.Clear(); // a timer that fires at this moment finds nothing
            hints.Dispose();
        }
    }

    private void MakeReady(Upload upload)
    {
        ready.Enqueue(upload, upload);
        hints.Release();
    }

    private void PassDue()
    {
        lock (gate)
        {
            while (waiting.TryPeek(out _, out var at))
            {
                var rest = clock.GetElapsedTime(clock.GetTimestamp(), at);
                if (rest > TimeSpan.Zero)
                {
                    WakeIn(rest);
                    return;
                }

                MakeReady(waiting.Dequeue());
            }
        }
    }

    /// <summary>
    /// A timer counts in milliseconds and would fire at once for less. On a busy machine the wait may be over before the timer is set; a negative one would be
    /// refused, or never end.
    /// </summary>
    private void WakeIn(TimeSpan rest) =>
        timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(rest.TotalMilliseconds))), Timeout.InfiniteTimeSpan);

    private long NextStep(long timestamp)
    {
        var length = (long)(Step.TotalSeconds * clock.TimestampFrequency);
        return (timestamp + length - 1) / length * length;
    }
}
