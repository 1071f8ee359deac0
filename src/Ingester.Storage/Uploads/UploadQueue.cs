namespace Ingester.Storage.Uploads;

/// <summary>
/// All uploads in memory: accepted while there is space, held until they are due, then ready for a worker or the spooler.
/// <c>backlog (bounded) → waiting → ready</c>. One lock, one timer and one semaphore serve all workers. Delays use timestamps of the clock, so that setting the clock
/// does not affect them.
/// </summary>
internal sealed class UploadQueue : IDisposable
{
    /// <summary>
    /// Uploads become due at multiples of this, so that uploads of the same moment are released together. Releasing each one separately would wake a
    /// timer, a pool thread and a worker for each.
    /// </summary>
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider clock;
    private readonly Backlog backlog;
    private readonly Lock gate = new();

    // These queues have no own bounds: they contain only uploads that the backlog has accepted, by default at most 50,000 objects and 512 MiB. At
    // that limit the newest segment is rejected and its owner reports the loss. Journals go first: they are small and record gaps.
    private readonly PriorityQueue<Upload, long> waiting = new(); // priority: the timestamp at which an upload is due
    private readonly PriorityQueue<Upload, Upload> ready = new(new UploadOrder());
    private readonly PriorityQueue<Upload, Upload> overdue = new(new UploadOrder());
    private readonly SemaphoreSlim readySignals = new(0); // released once for each ready upload, so that it wakes one waiter and not all
    private readonly ITimer timer;
    private bool closed;

    /// <summary>Creates an empty queue.</summary>
    public UploadQueue(StorageOptions options, TimeProvider clock)
    {
        this.clock = clock;
        backlog = new(options, clock);
        timer = clock.CreateTimer(static queue => ((UploadQueue)queue!).MakeDueReady(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The uploads in memory.</summary>
    public BacklogState State => backlog.State;

    /// <summary>The present state of each exchange that has uploads.</summary>
    public IReadOnlyDictionary<string, BacklogState> ReadByExchange() => backlog.ReadByExchange();

    /// <summary>Accepts a segment or a snapshot if there is space; it is ready after a delay.</summary>
    public bool TryAdd(Upload upload, TimeSpan wait)
    {
        if (!backlog.TryAdmit(upload))
            return false;
        lock (gate)
            Requeue(upload, closed ? TimeSpan.Zero : wait);
        return true;
    }

    /// <summary>Accepts a part of a journal or of raw capture, which have their own bounds; it is ready immediately.</summary>
    public void AddWithOwnBound(Upload upload)
    {
        backlog.Admit(upload);
        PutBack(upload);
    }

    /// <summary>
    /// Accepts a failed upload; it is ready after a delay. The delay also applies after <see cref="Close"/>, so that retries have pauses.
    /// </summary>
    public void Requeue(Upload upload, TimeSpan wait)
    {
        lock (gate)
        {
            if (wait <= TimeSpan.Zero)
            {
                MakeReady(upload);
                return;
            }

            var at = RoundUpToStep(clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency));
            var isNext = !waiting.TryPeek(out _, out var next) || at < next;
            waiting.Enqueue(upload, at);
            if (isNext)
                SetTimer(clock.GetElapsedTime(clock.GetTimestamp(), at));
        }
    }

    /// <summary>Accepts an upload that was not attempted; it is ready immediately.</summary>
    public void PutBack(Upload upload) => Requeue(upload, TimeSpan.Zero);

    /// <summary>Accepts an upload that has failed for so long that it must be spooled.</summary>
    public void AddOverdue(Upload upload)
    {
        lock (gate)
            overdue.Enqueue(upload, upload);
    }

    /// <summary>Completes when an upload may be ready; another thread may take it first.</summary>
    public Task WhenReadyAsync(CancellationToken cancellation) => readySignals.WaitAsync(cancellation);

    /// <summary>Takes the next ready upload, for a caller that has awaited <see cref="WhenReadyAsync"/>.</summary>
    public bool TryTakeSignaled(out Upload upload)
    {
        lock (gate)
            return ready.TryDequeue(out upload!, out _);
    }

    /// <summary>Takes the next ready upload, for any other caller.</summary>
    public bool TryTake(out Upload upload)
    {
        if (!TryTakeSignaled(out upload))
            return false;
        readySignals.Wait(0); // its signal must wake no waiter
        return true;
    }

    /// <summary>Takes the next upload that must be spooled.</summary>
    public bool TryTakeOverdue(out Upload upload)
    {
        lock (gate)
            return overdue.TryDequeue(out upload!, out _);
    }

    /// <summary>Takes the next ready upload, otherwise the one that is due next.</summary>
    public bool TryTakeReadyOrWaiting(out Upload upload)
    {
        if (TryTake(out upload))
            return true;
        lock (gate)
            return waiting.TryDequeue(out upload!, out _);
    }

    /// <summary>The rows are stored or spooled: frees their memory and their share of the capacity.</summary>
    public void Complete(Upload upload)
    {
        upload.OnLeftMemory();
        backlog.Remove(upload);
        upload.DisposeRows();
    }

    /// <summary>True when more than the given share of the capacity is in use.</summary>
    public bool IsAbove(double share) => backlog.IsAbove(share);

    /// <summary>Completes when at most the given share of the capacity is in use; for zero, when nothing is left.</summary>
    public Task WhenDrainedToAsync(double share) => backlog.WhenDrainedToAsync(share);

    /// <summary>Accepts no further segments and snapshots, and makes waiting uploads ready.</summary>
    public void Close()
    {
        backlog.Close();
        lock (gate)
        {
            closed = true;
            while (waiting.TryDequeue(out var upload, out _))
                MakeReady(upload);
        }
    }

    /// <summary>Discards the remaining uploads, when no thread uploads or spools any more.</summary>
    public void DropAll()
    {
        while (TryTakeOverdue(out var upload) || TryTakeReadyOrWaiting(out upload))
            upload.DisposeRows();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
        {
            waiting.Clear(); // a timer callback that runs now finds nothing
            readySignals.Dispose();
        }
    }

    private void MakeReady(Upload upload)
    {
        ready.Enqueue(upload, upload);
        readySignals.Release();
    }

    private void MakeDueReady()
    {
        lock (gate)
        {
            while (waiting.TryPeek(out _, out var at))
            {
                var rest = clock.GetElapsedTime(clock.GetTimestamp(), at);
                if (rest > TimeSpan.Zero)
                {
                    SetTimer(rest);
                    return;
                }

                MakeReady(waiting.Dequeue());
            }
        }
    }

    /// <summary>
    /// The timer has a resolution of milliseconds and would fire immediately for less. On a busy machine the delay may have elapsed already; a
    /// negative value would be rejected or mean infinite.
    /// </summary>
    private void SetTimer(TimeSpan rest) =>
        timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(rest.TotalMilliseconds))), Timeout.InfiniteTimeSpan);

    private long RoundUpToStep(long timestamp)
    {
        var length = (long)(TimerStep.TotalSeconds * clock.TimestampFrequency);
        return (timestamp + length - 1) / length * length;
    }
}
