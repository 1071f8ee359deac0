namespace Ingester.Testing;

/// <summary>A clock that moves only when the test advances it. Timers that become due fire on the way, on the thread that advances the clock.</summary>
internal sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    /// <summary>Maximum real time that a test waits for an expected event before it fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private TaskCompletionSource changed = NewSignal();
    private TimeSpan elapsed;

    public ManualClock()
        : this(new DateTimeOffset(2025, 10, 25, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    private TimeSpan Elapsed
    {
        get
        {
            lock (gate)
                return elapsed;
        }
    }

    /// <summary>Advances the clock and fires each timer that becomes due, at its time.</summary>
    public void Advance(TimeSpan span)
    {
        var until = Elapsed + span;
        for (; ; )
        {
            ManualTimer? next;
            lock (gate)
            {
                next = timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
                elapsed = next?.Due is { } due && due > elapsed ? due : next is null ? until : elapsed;
                next?.Reload(elapsed);
            }

            if (next is null)
                return;
            next.Fire();
        }
    }

    /// <summary>Advances the clock, then runs all continuations that are ready, so that the work keeps up with the clock.</summary>
    public async Task AdvanceAsync(TimeSpan span)
    {
        Advance(span);
        var turn = new TaskCompletionSource();
        ThreadPool.UnsafeQueueUserWorkItem(static turn => turn.SetResult(), turn, preferLocal: false); // at the end of the queue
        await turn.Task;
    }

    /// <summary>Waits, in real time, until a timer exists that is due within a span from now.</summary>
    public async Task TimerWithinAsync(TimeSpan span)
    {
        for (; ; )
        {
            Task next;
            lock (gate)
            {
                if (timers.Any(timer => timer.Due <= elapsed + span))
                    return;
                next = changed.Task;
            }

            await next.WaitAsync(Patience);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        lock (gate)
            timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Action change)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            change();
            (signal, changed) = (changed, NewSignal());
        }

        signal.TrySetResult();
    }

    private sealed class ManualTimer(ManualClock clock, Action fire) : ITimer
    {
        private TimeSpan period = Timeout.InfiniteTimeSpan;

        public TimeSpan? Due { get; private set; }

        public void Fire() => fire();

        /// <summary>Called under the clock's lock.</summary>
        public void Reload(TimeSpan now) => Due = period > TimeSpan.Zero ? now + period : null;

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            clock.Change(() =>
            {
                period = newPeriod;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.elapsed + dueTime;
            });
            return true;
        }

        public void Dispose() => clock.Change(() => clock.timers.Remove(this));

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
