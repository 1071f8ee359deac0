using Ingester.Core.Markets;
using Ingester.Recording.Scheduling;

namespace Ingester.Recording.Snapshots;

/// <summary>
/// The schedule of an exchange's snapshots: among those that are due, the most urgent reason comes first, then the longest due.
/// Receive loops add to it and fetch loops take from it; it never blocks.
/// </summary>
/// <param name="clock">Measures the time until a snapshot is due.</param>
/// <param name="interval">Maximum age of a market's last snapshot.</param>
/// <param name="random">Adds jitter, so that snapshots of many markets are not due together.</param>
internal sealed class SnapshotSchedule(TimeProvider clock, TimeSpan interval, Random random)
{
    /// <summary>
    /// Time after the subscription after which a market without events counts as quiet; its snapshot is then fetched anyway.
    /// </summary>
    private static readonly TimeSpan QuietTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly Dictionary<MarketObserver, Entry> entries = [];
    private readonly DueSignal signal = new(clock);

    /// <summary>
    /// True when snapshots are offered that were not taken from this schedule when they were requested, such as those of an imported recording: books
    /// then buffer diffs at all times. Default false.
    /// </summary>
    public bool IsExternal { get; init; }

    private enum Stage : byte
    {
        Scheduled,
        Fetching,
        Waiting,
    }

    /// <summary>Number of snapshots that are due and not yet being fetched.</summary>
    public int DueCount
    {
        get
        {
            lock (gate)
                return entries.Values.Count(entry => entry.Stage == Stage.Scheduled && entry.Due <= signal.Now);
        }
    }

    /// <summary>Adds a market whose depth is recorded from now on.</summary>
    public void Add(MarketObserver observer)
    {
        lock (gate)
        {
            var due = signal.Now + QuietTimeout;
            if (!entries.TryAdd(observer, new() { Reason = SnapshotReason.Start, Due = due }))
                return;
            if (IsExternal)
                observer.OnSnapshotRequested();
            signal.OnDueChanged(due);
        }
    }

    /// <summary>Removes a market whose depth is not recorded any more.</summary>
    public void Remove(MarketObserver observer)
    {
        lock (gate)
            entries.Remove(observer);
    }

    /// <summary>Requests a snapshot now; one that is being fetched is checked when it arrives.</summary>
    public void RequestNow(MarketObserver observer, SnapshotReason reason)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(observer, out var entry))
                return;
            entry.Reason = reason < entry.Reason ? reason : entry.Reason;
            if (IsExternal)
                observer.OnSnapshotRequested();
            if (entry.Stage == Stage.Fetching || entry is { Stage: Stage.Scheduled, Failures: > 0 })
                return; // a request is pending or will be retried
            (entry.Stage, entry.Due) = (Stage.Scheduled, signal.Now);
            signal.OnDueChanged(entry.Due);
        }
    }

    /// <summary>Marks the next due snapshot as being fetched and returns it; null when none is due.</summary>
    public SnapshotRequest? TakeDue()
    {
        lock (gate)
        {
            var now = signal.Now;
            (MarketObserver Observer, Entry Entry)? best = null;
            foreach (var (observer, entry) in entries)
                if (entry.Stage == Stage.Scheduled && entry.Due <= now && (best is null || entry.IsBefore(best.Value.Entry)))
                    best = (observer, entry);
            if (best is not { } next)
                return null;
            next.Entry.Stage = Stage.Fetching;
            next.Observer.OnSnapshotRequested();
            return new(next.Observer, next.Entry.Reason);
        }
    }

    /// <summary>Marks the snapshots of a market as being fetched, whether or not they are due, and returns them: one for each lane with its depth.</summary>
    public IReadOnlyList<SnapshotRequest> TakeAll(Market market)
    {
        lock (gate)
        {
            var taken = entries.Where(entry => entry.Key.Market == market).ToList();
            foreach (var (observer, entry) in taken)
            {
                entry.Stage = Stage.Fetching;
                observer.OnSnapshotRequested();
            }

            return [.. taken.Select(entry => new SnapshotRequest(entry.Key, entry.Value.Reason))];
        }
    }

    /// <summary>Waits until a snapshot may be due, or until <paramref name="stop"/> is canceled.</summary>
    public async Task WaitAsync(CancellationToken stop)
    {
        Task wait;
        lock (gate)
            wait = signal.WaitAsync(entries.Values.Where(entry => entry.Stage == Stage.Scheduled).Min(entry => (TimeSpan?)entry.Due), stop);
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Marks a fetched snapshot as waiting, because it is newer than the recorded diffs.</summary>
    public void MarkWaiting(MarketObserver observer) => UpdateEntry(observer, entry => entry.Stage = Stage.Waiting);

    /// <summary>Marks a snapshot as stored: the next one is due within the interval.</summary>
    public void MarkStored(MarketObserver observer) => UpdateEntry(observer, entry =>
    {
        (entry.Stage, entry.Reason, entry.Failures) = (Stage.Scheduled, SnapshotReason.Steady, 0);
        entry.Due = signal.Now + interval * (0.5 + random.NextDouble() / 2);
    });

    /// <summary>Schedules a retry with backoff, because a snapshot could not be fetched or was too old.</summary>
    public void ScheduleRetry(MarketObserver observer) => UpdateEntry(observer, entry =>
    {
        var maxTicks = Math.Min(MaxRetryDelay.Ticks, FirstRetryDelay.Ticks << Math.Min(entry.Failures, 30));
        (entry.Stage, entry.Failures) = (Stage.Scheduled, entry.Failures + 1);
        entry.Due = signal.Now + new TimeSpan((long)(maxTicks * (0.5 + random.NextDouble() / 2)));
    });

    private void UpdateEntry(MarketObserver observer, Action<Entry> update)
    {
        lock (gate)
            if (entries.TryGetValue(observer, out var entry))
            {
                update(entry);
                if (entry.Stage == Stage.Scheduled)
                    signal.OnDueChanged(entry.Due);
            }
    }

    private sealed class Entry
    {
        public Stage Stage { get; set; }

        public SnapshotReason Reason { get; set; }

        public TimeSpan Due { get; set; }

        public int Failures { get; set; }

        public bool IsBefore(Entry other) => Reason < other.Reason || (Reason == other.Reason && Due < other.Due);
    }
}
