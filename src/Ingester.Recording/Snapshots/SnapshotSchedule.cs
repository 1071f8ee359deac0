using System;

namespace Ingester.Recording.Snapshots;

/// <summary>Why a snapshot is fetched, the most urgent reason first.</summary>
internal enum SnapshotReason : byte
{
    /// <summary>Diffs are missing: the book is unknown until a snapshot is stored.</summary>
    Gap,

    /// <summary>The live book is invalid.</summary>
    Resync,

    /// <summary>The recording of the stream has started.</summary>
    Start,

    /// <summary>The last snapshot is too old: even without gaps, levels below the depth of the snapshot become incomplete.</summary>
    Steady,
}

/// <summary>A snapshot to fetch.</summary>
/// <param name="Observer">The market.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct SnapshotRequest(MarketObserver Observer, SnapshotReason Reason);

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
    private readonly long origin = clock.GetTimestamp();

    private enum Stage : byte
    {
        Scheduled,
        Fetching,
        Waiting,
    }

    private TimeSpan Now => clock.GetElapsedTime(origin);

    /// <summary>Number of snapshots that are due and not yet being fetched.</summary>
    public int DueCount
    {
        get
        {
            lock (gate)
                return entries.Values.Count(entry => entry.Stage == Stage.Scheduled && entry.Due <= Now);
        }
    }

    /// <summary>Adds a market whose depth is recorded from now on.</summary>
    public void Add(MarketObserver watch)
    {
        lock (gate)
            entries.TryAdd(watch, new() { Reason = SnapshotReason.Start, Due = Now + QuietTimeout });
    }

    /// <summary>Removes a market whose depth is not recorded any more.</summary>
    public void Remove(MarketObserver watch)
    {
        lock (gate)
            entries.Remove(watch);
    }

    /// <summary>Requests a snapshot now; one that is being fetched is checked when it arrives.</summary>
    public void RequestNow(MarketObserver watch, SnapshotReason reason)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(watch, out var entry))
                return;
            entry.Reason = reason < entry.Reason ? reason : entry.Reason;
            if (entry.Stage == Stage.Fetching || entry is { Stage: Stage.Scheduled, Failures: > 0 })
                return; // a request is pending or will be retried
            (entry.Stage, entry.Due) = (Stage.Scheduled, Now);
        }
    }

    /// <summary>Marks the next due snapshot as being fetched and returns it; null when none is due.</summary>
    public SnapshotRequest? TakeDue()
    {
        lock (gate)
        {
            var now = Now;
            (MarketObserver Watch, Entry Entry)? best = null;
            foreach (var (watch, entry) in entries)
                if (entry.Stage == Stage.Scheduled && entry.Due <= now && (best is null || entry.IsBefore(best.Value.Entry)))
                    best = (watch, entry);
            if (best is not { } next)
                return null;
            next.Entry.Stage = Stage.Fetching;
            return new(next.Watch, next.Entry.Reason);
        }
    }

    /// <summary>Marks a fetched snapshot as waiting, because it is newer than the recorded diffs.</summary>
    public void MarkWaiting(MarketObserver watch) => UpdateEntry(watch, entry => entry.Stage = Stage.Waiting);

    /// <summary>Marks a snapshot as stored: the next one is due within the interval.</summary>
    public void MarkStored(MarketObserver watch) => UpdateEntry(watch, entry =>
    {
        (entry.Stage, entry.Reason, entry.Failures) = (Stage.Scheduled, SnapshotReason.Steady, 0);
        entry.Due = Now + interval * (0.5 + random.NextDouble() / 2);
    });

    /// <summary>Schedules a retry with backoff, because a snapshot could not be fetched or was too old.</summary>
    public void ScheduleRetry(MarketObserver watch) => UpdateEntry(watch, entry =>
    {
        var longest = Math.Min(MaxRetryDelay.Ticks, FirstRetryDelay.Ticks << Math.Min(entry.Failures, 30));
        (entry.Stage, entry.Failures) = (Stage.Scheduled, entry.Failures + 1);
        entry.Due = Now + new TimeSpan((long)(longest * (0.5 + random.NextDouble() / 2)));
    });

    private void UpdateEntry(MarketObserver watch, Action<Entry> change)
    {
        lock (gate)
            if (entries.TryGetValue(watch, out var entry))
                change(entry);
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
