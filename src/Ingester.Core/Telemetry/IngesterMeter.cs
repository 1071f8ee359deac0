using System.Diagnostics.Metrics;

namespace Ingester.Core.Telemetry;

/// <summary>All instruments of the recorder, in the meter <c>Ingester</c>. Tags are exchange, dataset, kind and outcome; never market.</summary>
internal sealed class IngesterMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Ingester";

    private readonly Meter meter = new(Name);

    /// <summary>Creates the instruments.</summary>
    public IngesterMeter()
    {
        Frames = Count("ingester.frames.received", "{frame}", "Frames received.");
        Events = Count("ingester.events.recorded", "{event}", "Events appended to segments.");
        Duplicates = Count("ingester.events.duplicate", "{event}", "Events that were already recorded.");
        Ignored = Count("ingester.frames.ignored", "{frame}", "Frames of channels that were not subscribed.");
        Quarantined = Count("ingester.frames.quarantined", "{frame}", "Frames that could not be decoded, by kind: undecodable (not in the exchange's format), bug (of the decoder).");
        Gaps = Count("ingester.gaps.detected", "{gap}", "Gaps detected in streams, by kind.");
        GapsClosed = Count("ingester.gaps.closed", "{gap}", "Gaps closed by this replica, by kind: late, backfill, snapshot.");
        BooksFetched = Count("ingester.snapshots.fetched", "{book}", "Snapshots requested over REST, by outcome: stored, waiting, old, failed.");
        BooksFaulty = Count("ingester.books.invalid", "{book}", "Books in memory that failed a check, by kind: checksum, crossed, unreadable.");
        Repairs = Count("ingester.backfills.completed", "{repair}", "Gaps in trades requested over REST, by outcome: closed, partly, failed, given-up.");
        Missing = Count("ingester.gaps.messages", "{message}", "Messages missing in gaps, for streams whose ids count by one.");
        Overflowed = Count("ingester.segments.dropped", "{segment}", "Segments lost because there was no room for them.");
        Segments = Count("ingester.segments.stored", "{segment}", "Segments by outcome: stored, duplicate, variant, divergent, other-version, regrouped, disputed.");
        Objects = Count("ingester.objects.stored", "{object}", "Snapshots and journals by outcome: stored, duplicate, variant, divergent, other-version.");
        JournalLost = Count("ingester.journals.dropped", "{row}", "Rows of gaps, coverage, quarantine and instruments lost because there was no room for them.");
        UploadFailures = Count("ingester.uploads.failed", "{attempt}", "Failed upload attempts.");
        Spooled = Count("ingester.spool.objects", "{object}", "Objects of the spool, by outcome: written, adopted, stored, failed, corrupt, gone.");
        Connects = Count("ingester.connections.opened", "{connection}", "Connections opened.");
        Disconnects = Count("ingester.connections.lost", "{connection}", "Connections lost, by kind.");
        DialFailures = Count("ingester.connections.failed", "{attempt}", "Failed connection attempts, by kind.");
        RequestFailures = Count("ingester.requests.failed", "{request}", "Subscription requests rejected or unanswered, by kind.");
        Rotations = Count("ingester.connections.rotated", "{connection}", "Connections replaced by a successor, by outcome: done, failed.");
        Stalls = Count("ingester.streams.stalled", "{stream}", "Streams detected as stalled and resubscribed.");
        StaleStreams = meter.CreateUpDownCounter<long>(
            "ingester.streams.stale", "{stream}", "Streams that are currently silent for much longer than usual although their connection is alive.");
        SuspectStreams = meter.CreateUpDownCounter<long>(
            "ingester.streams.suspect", "{stream}", "Streams with a book that failed a check and that wait for a snapshot: their windows stay fragments.");
        Discoveries = Count("ingester.market_lists.refreshed", "{request}", "Market lists requested, by outcome: read, failed.");
        EntriesUnreadable = Count(
            "ingester.markets.unreadable", "{entry}", "Entries of market lists that cannot be read and are skipped; each is counted once, and again when it changes.");
        Unstorable = Count("ingester.markets.unstorable", "{market}", "Markets that are not recorded because their names are too long for the store.");
        ClockAhead = Count("ingester.events.future_timestamp", "{event}", "Events with a time further ahead of the local clock than the tolerance.");
        TelemetryLost = Count("ingester.telemetry.dropped", "{datum}", "Metric data that could not be delivered in time and was dropped.");
        StoreLatency = meter.CreateHistogram<double>("ingester.store.latency", "s", "Response time of the store, by kind: write, look-up, read; and by outcome: done, failed.");
        Restarts = Count("ingester.exchanges.restarts", "{restart}", "Restarts of the recording of an exchange after an unhandled fault.");
        Resets = Count("ingester.sequence.resets", "{reset}", "Resets of a stream's numbering.");
        DisputedWindows = Count(
            "ingester.windows.disputed", "{window}", "Windows for which another replica stored a different history, under a grade below chain; the rows of this replica are a variant.");
    }

    public Tally Frames { get; }
    public Tally Events { get; }
    public Tally Duplicates { get; }
    public Tally Ignored { get; }
    public Tally Quarantined { get; }
    public Tally Gaps { get; }
    public Tally GapsClosed { get; }
    public Tally BooksFetched { get; }
    public Tally BooksFaulty { get; }
    public Tally Repairs { get; }
    public Tally Missing { get; }
    public Tally Overflowed { get; }
    public Tally Segments { get; }
    public Tally Objects { get; }
    public Tally JournalLost { get; }
    public Tally UploadFailures { get; }
    public Tally Spooled { get; }
    public Tally Connects { get; }
    public Tally Disconnects { get; }
    public Tally DialFailures { get; }
    public Tally RequestFailures { get; }
    public Tally Rotations { get; }
    public Tally Stalls { get; }
    public UpDownCounter<long> StaleStreams { get; }

    /// <summary>Streams with an invalid book.</summary>
    public UpDownCounter<long> SuspectStreams { get; }
    public Tally Discoveries { get; }

    /// <summary>Entries of market lists that cannot be read.</summary>
    public Tally EntriesUnreadable { get; }

    /// <summary>Markets whose names are too long for the store.</summary>
    public Tally Unstorable { get; }

    public Tally ClockAhead { get; }
    public Tally Resets { get; }

    /// <summary>Restarts of exchanges.</summary>
    public Tally Restarts { get; }
    public Tally TelemetryLost { get; }
    public Tally DisputedWindows { get; }
    public Histogram<double> StoreLatency { get; }

    /// <summary>A tag that names an exchange.</summary>
    public static KeyValuePair<string, object?> Exchange(string name) => new("exchange", name);

    /// <summary>A tag that names a dataset.</summary>
    public static KeyValuePair<string, object?> Dataset(string name) => new("dataset", name);

    /// <summary>A tag that names a kind, such as a cause.</summary>
    public static KeyValuePair<string, object?> Kind(string name) => new("kind", name);

    /// <summary>A tag that names an outcome.</summary>
    public static KeyValuePair<string, object?> Outcome(string name) => new("outcome", name);

    /// <summary>Adds a gauge with one value.</summary>
    public void Observe(string name, string unit, string description, Func<double> value) =>
        meter.CreateObservableGauge(name, value, unit, description);

    /// <summary>Adds a gauge with several values, each with its tags.</summary>
    public void Observe(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> values) =>
        meter.CreateObservableGauge(name, values, unit, description);

    /// <summary>True for an instrument of this meter: one process may have several meters with the same name.</summary>
    public bool Owns(Instrument instrument) => ReferenceEquals(instrument.Meter, meter);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private Tally Count(string name, string unit, string description) => new(meter.CreateCounter<long>(name, unit, description));
}

/// <summary>A counter whose total, overall and by its last tag, can be read by this process for its status page.</summary>
internal sealed class Tally(Counter<long> counter)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, long> byLastTag = new(StringComparer.Ordinal);
    private long total;

    /// <summary>The sum of all additions.</summary>
    public long Total => Interlocked.Read(ref total);

    /// <summary>The instrument's name.</summary>
    public string Name => counter.Name;

    /// <summary>The sums by the last tag's value.</summary>
    public IReadOnlyDictionary<string, long> ByLastTag => new SortedDictionary<string, long>(byLastTag, StringComparer.Ordinal);

    /// <summary>The sum of the additions with this value as the last tag.</summary>
    public long Of(string lastTag) => byLastTag.GetValueOrDefault(lastTag);

    /// <summary>Adds to the counter.</summary>
    public void Add(long count, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (count == 0)
            return;
        counter.Add(count, tags);
        Interlocked.Add(ref total, count);
        if (tags.Length > 0 && tags[^1].Value is string last)
            byLastTag.AddOrUpdate(last, static (_, added) => added, static (_, sum, added) => sum + added, count);
    }
}
