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
        FramesReceived = CreateCounter("ingester.frames.received", "{frame}", "Frames received.");
        EventsRecorded = CreateCounter("ingester.events.recorded", "{event}", "Events appended to segments.", byExchange: true);
        EventsDuplicate = CreateCounter("ingester.events.duplicate", "{event}", "Events that were already recorded.");
        FramesIgnored = CreateCounter("ingester.frames.ignored", "{frame}", "Frames of channels that were not subscribed.");
        FramesQuarantined = CreateCounter("ingester.frames.quarantined", "{frame}", "Frames that could not be decoded, by kind: undecodable (not in the exchange's format), bug (of the decoder).", byExchange: true);
        GapsDetected = CreateCounter("ingester.gaps.detected", "{gap}", "Gaps detected in streams, by kind.", byExchange: true);
        GapsClosed = CreateCounter("ingester.gaps.closed", "{gap}", "Gaps closed by this replica, by kind: late, backfill, snapshot.");
        SnapshotsFetched = CreateCounter("ingester.snapshots.fetched", "{book}", "Snapshots requested over REST, by outcome: stored, waiting, old, failed.");
        BooksInvalid = CreateCounter("ingester.books.invalid", "{book}", "Books in memory that failed a check, by kind: checksum, crossed, unreadable.");
        BackfillsCompleted = CreateCounter("ingester.backfills.completed", "{repair}", "Gaps in trades requested over REST, by outcome: closed, partly, failed, given-up.");
        MessagesMissing = CreateCounter("ingester.gaps.messages", "{message}", "Messages missing in gaps, for streams whose ids count by one.");
        SegmentsDropped = CreateCounter("ingester.segments.dropped", "{segment}", "Segments lost because there was no room for them.");
        SegmentsStored = CreateCounter("ingester.segments.stored", "{segment}", "Segments by outcome: stored, duplicate, variant, divergent, other-version, regrouped, disputed.");
        ObjectsStored = CreateCounter("ingester.objects.stored", "{object}", "Snapshots, journals and raw capture by outcome: stored, duplicate, variant, divergent, other-version.");
        JournalRowsLost = CreateCounter("ingester.journals.dropped", "{row}", "Rows of gaps, coverage, quarantine and instruments, and batches of arrivals, lost because there was no room for them.");
        RawDropped = CreateCounter("ingester.raw.dropped", "{message}", "Messages and REST responses that raw capture dropped because its memory was full.");
        UploadsFailed = CreateCounter("ingester.uploads.failed", "{attempt}", "Failed upload attempts.");
        SpoolObjects = CreateCounter("ingester.spool.objects", "{object}", "Objects of the spool, by outcome: written, adopted, stored, failed, corrupt, gone.");
        ConnectionsOpened = CreateCounter("ingester.connections.opened", "{connection}", "Connections opened.");
        ConnectionsLost = CreateCounter("ingester.connections.lost", "{connection}", "Connections lost, by kind.");
        ConnectionsFailed = CreateCounter("ingester.connections.failed", "{attempt}", "Failed connection attempts, by kind.");
        RequestsFailed = CreateCounter("ingester.requests.failed", "{request}", "Subscription requests rejected or unanswered, by kind.");
        ConnectionsRotated = CreateCounter("ingester.connections.rotated", "{connection}", "Connections replaced by a successor, by outcome: done, failed.");
        StreamsStalled = CreateCounter("ingester.streams.stalled", "{stream}", "Streams detected as stalled and resubscribed.");
        StreamsStale = meter.CreateUpDownCounter<long>(
            "ingester.streams.stale", "{stream}", "Streams that are currently silent for much longer than usual although their connection is alive.");
        StreamsSuspect = meter.CreateUpDownCounter<long>(
            "ingester.streams.suspect", "{stream}", "Streams with a book that failed a check and that wait for a snapshot: their windows stay fragments.");
        MarketListRefreshes = CreateCounter("ingester.market_lists.refreshed", "{request}", "Market lists requested, by outcome: read, failed.");
        MarketsUnreadable = CreateCounter(
            "ingester.markets.unreadable", "{entry}", "Entries of market lists that cannot be read and are skipped; each is counted once, and again when it changes.");
        MarketsUnstorable = CreateCounter("ingester.markets.unstorable", "{market}", "Markets that are not recorded because their names are too long for the store.");
        EventsFutureTimestamp = CreateCounter("ingester.events.future_timestamp", "{event}", "Events with a time further ahead of the local clock than the tolerance.");
        TelemetryLost = CreateCounter("ingester.telemetry.dropped", "{datum}", "Metric data that could not be delivered in time and was dropped.");
        StoreLatency = meter.CreateHistogram<double>("ingester.store.latency", "s", "Response time of the store, by kind: write, look-up, read; and by outcome: done, failed.");
        ExchangeRestarts = CreateCounter("ingester.exchanges.restarts", "{restart}", "Restarts of the recording of an exchange after an unhandled fault.");
        LiveRowsMissed = CreateCounter("ingester.live.missed", "{row}", "Rows that clients of the live stream did not receive because they read too slowly, over all clients.");
        SequenceResets = CreateCounter("ingester.sequence.resets", "{reset}", "Resets of a stream's numbering.");
        WindowsDisputed = CreateCounter(
            "ingester.windows.disputed", "{window}", "Windows for which another replica stored a different history, under a grade below chain; the rows of this replica are a variant.");
        DeriveObjects = CreateCounter("ingester.derive.objects", "{object}", "Objects of derived data, by outcome: stored, duplicate (another process stored the same first).");
        DeriveFailed = CreateCounter("ingester.derive.failed", "{attempt}", "Failed attempts to derive data; the same minutes are tried again.");
        PostgresObjects = CreateCounter(
            "ingester.postgres.objects", "{object}", "Derived objects, by outcome: loaded into PostgreSQL, duplicate (another process loaded the same first), unreadable (left out).");
        PostgresRows = CreateCounter("ingester.postgres.rows", "{row}", "Rows of derived data loaded into PostgreSQL.");
        PostgresFailed = CreateCounter("ingester.postgres.failed", "{attempt}", "Failed attempts to load derived data into PostgreSQL; the same objects are tried again.");
    }

    public ReadableCounter FramesReceived { get; }
    public ReadableCounter EventsRecorded { get; }
    public ReadableCounter EventsDuplicate { get; }
    public ReadableCounter FramesIgnored { get; }
    public ReadableCounter FramesQuarantined { get; }
    public ReadableCounter GapsDetected { get; }
    public ReadableCounter GapsClosed { get; }
    public ReadableCounter SnapshotsFetched { get; }
    public ReadableCounter BooksInvalid { get; }
    public ReadableCounter BackfillsCompleted { get; }
    public ReadableCounter MessagesMissing { get; }
    public ReadableCounter SegmentsDropped { get; }
    public ReadableCounter SegmentsStored { get; }
    public ReadableCounter ObjectsStored { get; }
    public ReadableCounter JournalRowsLost { get; }

    /// <summary>Messages that raw capture dropped.</summary>
    public ReadableCounter RawDropped { get; }
    public ReadableCounter UploadsFailed { get; }
    public ReadableCounter SpoolObjects { get; }
    public ReadableCounter ConnectionsOpened { get; }
    public ReadableCounter ConnectionsLost { get; }
    public ReadableCounter ConnectionsFailed { get; }
    public ReadableCounter RequestsFailed { get; }
    public ReadableCounter ConnectionsRotated { get; }
    public ReadableCounter StreamsStalled { get; }
    public UpDownCounter<long> StreamsStale { get; }

    /// <summary>Streams with an invalid book.</summary>
    public UpDownCounter<long> StreamsSuspect { get; }
    public ReadableCounter MarketListRefreshes { get; }

    /// <summary>Entries of market lists that cannot be read.</summary>
    public ReadableCounter MarketsUnreadable { get; }

    /// <summary>Markets whose names are too long for the store.</summary>
    public ReadableCounter MarketsUnstorable { get; }

    public ReadableCounter EventsFutureTimestamp { get; }
    public ReadableCounter SequenceResets { get; }

    /// <summary>Restarts of exchanges.</summary>
    public ReadableCounter ExchangeRestarts { get; }

    /// <summary>Rows that clients of the live stream missed.</summary>
    public ReadableCounter LiveRowsMissed { get; }
    public ReadableCounter TelemetryLost { get; }
    public ReadableCounter WindowsDisputed { get; }
    public Histogram<double> StoreLatency { get; }

    /// <summary>Objects of derived data.</summary>
    public ReadableCounter DeriveObjects { get; }

    /// <summary>Failed attempts to derive data.</summary>
    public ReadableCounter DeriveFailed { get; }

    /// <summary>Derived objects by what the loader did with them.</summary>
    public ReadableCounter PostgresObjects { get; }

    /// <summary>Rows loaded into PostgreSQL.</summary>
    public ReadableCounter PostgresRows { get; }

    /// <summary>Failed attempts to load.</summary>
    public ReadableCounter PostgresFailed { get; }

    /// <summary>A tag that names an exchange.</summary>
    public static KeyValuePair<string, object?> ExchangeTag(string name) => new("exchange", name);

    /// <summary>A tag that names a dataset.</summary>
    public static KeyValuePair<string, object?> DatasetTag(string name) => new("dataset", name);

    /// <summary>A tag that names a kind, such as a cause.</summary>
    public static KeyValuePair<string, object?> KindTag(string name) => new("kind", name);

    /// <summary>A tag that names an outcome.</summary>
    public static KeyValuePair<string, object?> OutcomeTag(string name) => new("outcome", name);

    /// <summary>Adds a gauge with one value.</summary>
    public void AddGauge(string name, string unit, string description, Func<double> value) =>
        meter.CreateObservableGauge(name, value, unit, description);

    /// <summary>Adds a gauge with several values, each with its tags.</summary>
    public void AddGauge(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> values) =>
        meter.CreateObservableGauge(name, values, unit, description);

    /// <summary>True for an instrument of this meter: one process may have several meters with the same name.</summary>
    public bool Owns(Instrument instrument) => ReferenceEquals(instrument.Meter, meter);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private ReadableCounter CreateCounter(string name, string unit, string description, bool byExchange = false) => new(meter.CreateCounter<long>(name, unit, description), byExchange);
}

/// <summary>A counter whose total, overall and by its last tag, can be read by this process for its status page.</summary>
/// <param name="counter">The counter.</param>
/// <param name="keepsExchanges">True to keep a total of each exchange as well: the value of the first tag.</param>
internal sealed class ReadableCounter(Counter<long> counter, bool keepsExchanges = false)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, long>? byExchange = keepsExchanges ? new(StringComparer.Ordinal) : null;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, long> byLastTag = new(StringComparer.Ordinal);
    private long total;

    /// <summary>The sum of all additions.</summary>
    public long Total => Interlocked.Read(ref total);

    /// <summary>The instrument's name.</summary>
    public string Name => counter.Name;

    /// <summary>The sums by the last tag's value.</summary>
    public IReadOnlyDictionary<string, long> ByLastTag => new SortedDictionary<string, long>(byLastTag, StringComparer.Ordinal);

    /// <summary>The sum of the additions with this value as the last tag.</summary>
    public long TotalOf(string lastTag) => byLastTag.GetValueOrDefault(lastTag);

    /// <summary>The sum of the additions of an exchange.</summary>
    /// <exception cref="InvalidOperationException">The counter keeps no totals of exchanges.</exception>
    public long TotalOfExchange(string exchange) =>
        byExchange is null ? throw new InvalidOperationException($"{Name} keeps no totals of exchanges.") : byExchange.GetValueOrDefault(exchange);

    /// <summary>Adds to the counter.</summary>
    public void Add(long count, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (count == 0)
            return;
        counter.Add(count, tags);
        Interlocked.Add(ref total, count);
        if (tags.Length > 0 && tags[^1].Value is string last)
            byLastTag.AddOrUpdate(last, static (_, added) => added, static (_, sum, added) => sum + added, count);
        if (byExchange is not null && tags.Length > 0 && tags[0].Value is string exchange)
            byExchange.AddOrUpdate(exchange, static (_, added) => added, static (_, sum, added) => sum + added, count);
    }
}
