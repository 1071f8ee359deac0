namespace Ingester.Core.Storage;

/// <summary>
/// Holds uploads until they are due, with one timer for all of them, so that no upload worker waits. It is bounded by the
/// <see cref="Backlog"/> that admits what comes here. Waits are measured by the clock's timestamps: a clock that is set does not move them.
/// </summary>
internal sealed class DueQueue : IDisposable
{
    /// <summary>
    /// Uploads become due at multiples of this, so that those of one moment go together: each going apart would wake a timer, a thread of the pool and a worker.
    /// </summary>
    private static readonly TimeSpan step = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider clock;
    private readonly Action<Upload> due;
    private readonly Lock gate = new();
    private readonly PriorityQueue<Upload, long> waiting = new();
    private readonly ITimer timer;
    private bool released;

    /// <summary>Hands each upload to <paramref name="due"/> when its time has come.</summary>
    public DueQueue(TimeProvider clock, Action<Upload> due)
    {
        this.clock = clock;
        this.due = due;
        timer = clock.CreateTimer(static queue => ((DueQueue)queue!).PassDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Hands an upload on after a wait.</summary>
    public void Add(Upload upload, TimeSpan wait)
    {
        lock (gate)
            AddAgain(upload, released ? TimeSpan.Zero : wait);
    }

    /// <summary>Hands an upload on after a wait that is kept even when everything was released: what has failed is not asked for without pause.</summary>
    public void AddAgain(Upload upload, TimeSpan wait)
    {
        lock (gate)
        {
            if (wait <= TimeSpan.Zero)
            {
                due(upload);
                return;
            }

            var at = NextStep(clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency));
            var isNext = !waiting.TryPeek(out _, out var next) || at < next;
            waiting.Enqueue(upload, at);
            if (isNext)
                WakeIn(clock.GetElapsedTime(clock.GetTimestamp(), at));
        }
    }

    /// <summary>Takes out the upload that is due soonest.</summary>
    public bool TryTakeSoonest(out Upload upload)
    {
        lock (gate)
            return waiting.TryDequeue(out upload!, out _);
    }

    /// <summary>Hands everything on now, and what is added from now on at once.</summary>
    public void Release()
    {
        lock (gate)
        {
            released = true;
            while (waiting.TryDequeue(out var upload, out _))
                due(upload);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

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

                due(waiting.Dequeue());
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
        var length = (long)(step.TotalSeconds * clock.TimestampFrequency);
        return (timestamp + length - 1) / length * length;
    }
}
