namespace Ingester.Recording.Snapshots;

/// <summary>Why a whole book is fetched, the most urgent first.</summary>
internal enum BookReason : byte
{
    /// <summary>Changes are missing: until then the book is not known.</summary>
    Gap,

    /// <summary>The book that is kept in memory is wrong.</summary>
    Resync,

    /// <summary>The stream has begun.</summary>
    Start,

    /// <summary>The last one is so old: a book without gaps still drifts below the depth of its beginning.</summary>
    Steady,
}

/// <summary>One book that is to be fetched.</summary>
/// <param name="Watch">The market.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct BookErrand(MarketWatch Watch, BookReason Reason);

/// <summary>
/// Which whole book of an exchange is fetched next: what is due, the most urgent reason first, then what has been due longest. Receive loops tell it
/// what is needed, and the loops that fetch ask it; it never waits.
/// </summary>
/// <param name="clock">Tells when something is due.</param>
/// <param name="interval">How old the last book of a market may get.</param>
/// <param name="random">Spreads what would otherwise always come together.</param>
internal sealed class SnapshotPlan(TimeProvider clock, TimeSpan interval, Random random)
{
    /// <summary>A market that has not told anything for so long after it was asked for is quiet: its book is fetched all the same.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly Dictionary<MarketWatch, Entry> entries = [];
    private readonly long origin = clock.GetTimestamp();

    private enum Stage : byte
    {
        Planned,
        Fetching,
        Waiting,
    }

    private TimeSpan Now => clock.GetElapsedTime(origin);

    /// <summary>How many books are due and not being fetched.</summary>
    public int Due
    {
        get
        {
            lock (gate)
                return entries.Values.Count(entry => entry.Stage == Stage.Planned && entry.Due <= Now);
        }
    }

    /// <summary>A market is recorded from now on.</summary>
    public void Add(MarketWatch watch)
    {
        lock (gate)
            entries.TryAdd(watch, new() { Reason = BookReason.Start, Due = Now + Patience });
    }

    /// <summary>A market is not recorded any more.</summary>
    public void Remove(MarketWatch watch)
    {
        lock (gate)
            entries.Remove(watch);
    }

    /// <summary>A book is needed now; one that is being fetched is judged when it comes.</summary>
    public void Need(MarketWatch watch, BookReason reason)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(watch, out var entry))
                return;
            entry.Reason = reason < entry.Reason ? reason : entry.Reason;
            if (entry.Stage == Stage.Fetching || entry is { Stage: Stage.Planned, Failures: > 0 })
                return; // it is asked for already, as soon as the exchange answers
            (entry.Stage, entry.Due) = (Stage.Planned, Now);
        }
    }

    /// <summary>Takes what is to be fetched next; null when nothing is due.</summary>
    public BookErrand? Take()
    {
        lock (gate)
        {
            var now = Now;
            (MarketWatch Watch, Entry Entry)? best = null;
            foreach (var (watch, entry) in entries)
                if (entry.Stage == Stage.Planned && entry.Due <= now && (best is null || entry.IsBefore(best.Value.Entry)))
                    best = (watch, entry);
            if (best is not { } next)
                return null;
            next.Entry.Stage = Stage.Fetching;
            return new(next.Watch, next.Entry.Reason);
        }
    }

    /// <summary>A book was fetched that changes do not reach yet: it waits for them.</summary>
    public void Waits(MarketWatch watch) => Change(watch, entry => entry.Stage = Stage.Waiting);

    /// <summary>A book was stored: the next one is due within the interval.</summary>
    public void Done(MarketWatch watch) => Change(watch, entry =>
    {
        (entry.Stage, entry.Reason, entry.Failures) = (Stage.Planned, BookReason.Steady, 0);
        entry.Due = Now + interval * (0.5 + random.NextDouble() / 2);
    });

    /// <summary>A book could not be fetched, or was too old: it is fetched again after a wait that grows.</summary>
    public void Again(MarketWatch watch) => Change(watch, entry =>
    {
        var longest = Math.Min(LongestRetry.Ticks, FirstRetry.Ticks << Math.Min(entry.Failures, 30));
        (entry.Stage, entry.Failures) = (Stage.Planned, entry.Failures + 1);
        entry.Due = Now + new TimeSpan((long)(longest * (0.5 + random.NextDouble() / 2)));
    });

    private void Change(MarketWatch watch, Action<Entry> change)
    {
        lock (gate)
            if (entries.TryGetValue(watch, out var entry))
                change(entry);
    }

    private sealed class Entry
    {
        public Stage Stage { get; set; }

        public BookReason Reason { get; set; }

        public TimeSpan Due { get; set; }

        public int Failures { get; set; }

        public bool IsBefore(Entry other) => Reason < other.Reason || (Reason == other.Reason && Due < other.Due);
    }
}
