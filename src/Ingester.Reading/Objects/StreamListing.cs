using System.Globalization;
using System.Runtime.CompilerServices;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Reading.Objects;

/// <summary>Lists stored objects, one day of one stream at a time, lazily.</summary>
internal sealed class StreamListing(IObjectStore store, string prefix, TimeProvider? clock = null)
{
    /// <summary>Length of the longest window. A window that starts this much earlier can still contain the start of a period.</summary>
    public const long MaxWindowMicros = 60 * Window.MicrosPerMinute;

    private const long DayMicros = 24 * 60 * Window.MicrosPerMinute;

    /// <summary>
    /// Maximum number of rows for each compressed byte. Each id of trades is a row of at least 32 bytes, and DEFLATE compresses by at most 1032.
    /// </summary>
    private const long MaxRowsPerByte = 1032 / 32;

    private readonly ResiliencePipeline<bool> retry = StoreRetry.Create(clock ?? TimeProvider.System, StoreRetry.ReadRetries, StoreRetry.Transient<bool>());

    /// <summary>The streams and days that have expired.</summary>
    public ExpiredIndex Expired { get; } = new(store, prefix, clock ?? TimeProvider.System);

    /// <summary>Lists the segments of a stream whose windows overlap a period, in the order of <see cref="SegmentEntry.Compare"/>.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="period">The period.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <param name="variants">True to include variants.</param>
    /// <param name="expired">True to include the names of segments that have expired, for readers that open no segment.</param>
    public async IAsyncEnumerable<SegmentEntry> ListSegmentsAsync(
        StreamId stream, Period period, [EnumeratorCancellation] CancellationToken cancellation, bool variants = false, bool expired = false)
    {
        foreach (var day in period.Days(earlier: MaxWindowMicros - 1))
        {
            List<SegmentEntry> entries = variants ? [.. await ListVariantsAsync(new(stream, day, IsWhole: true), period, ObjectKey.Variants, cancellation)] : [];
            await AddSegmentsAsync(entries, new(stream, day, IsWhole: true), period, cancellation);
            await AddSegmentsAsync(entries, new(stream, day, IsWhole: false), period, cancellation);
            if (expired && await Expired.FindAsync(stream, day, cancellation) is { } removed)
                AddExpired(entries, removed, period);
            if (!IsSorted(entries))
                entries.Sort(SegmentEntry.Compare);
            foreach (var entry in entries)
                yield return entry;
        }
    }

    /// <summary>Lists the segments of the window nearest to a time, on one side of it and within a distance; empty when there is none.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="micros">The time.</param>
    /// <param name="before">True for windows that end at or before the time; false for windows that start at or after it.</param>
    /// <param name="reach">Maximum distance, in microseconds.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <param name="expired">True to include the names of segments that have expired.</param>
    public async Task<IReadOnlyList<SegmentEntry>> ListNearestAsync(StreamId stream, long micros, bool before, long reach, CancellationToken cancellation, bool expired = false)
    {
        var period = before ? new Period(Math.Max(0, micros - reach), micros) : new Period(micros, Math.Min(Micros.Max, micros + reach));
        var days = before ? period.Days().Reverse() : period.Days();
        foreach (var day in days)
        {
            var begin = Micros.From(new DateTimeOffset(day, TimeSpan.Zero));
            var part = new Period(Math.Max(begin, period.From), Math.Min(begin + DayMicros, period.To));
            var found = new List<SegmentEntry>();
            await foreach (var entry in ListSegmentsAsync(stream, part, cancellation, expired: expired))
                if (before ? entry.Name.Window.EndMicros <= micros : entry.Name.Window.StartMicros >= micros)
                    found.Add(entry);
            if (found.Count == 0)
                continue;
            var start = before ? found.Max(entry => entry.Name.Window.StartMicros) : found.Min(entry => entry.Name.Window.StartMicros);
            return found.FindAll(entry => entry.Name.Window.StartMicros == start);
        }

        return [];
    }

    /// <summary>Lists the variants of the windows of a period: rows whose keys were already in use. In the order of their windows.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="period">The period.</param>
    /// <param name="folder">The folder of the variants.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <param name="isWhole">False to list the variants of fragments instead of those of whole segments.</param>
    public async Task<IReadOnlyList<SegmentEntry>> ListVariantsAsync(StreamId stream, Period period, string folder, CancellationToken cancellation, bool isWhole = true)
    {
        var variants = new List<SegmentEntry>();
        foreach (var day in period.Days(earlier: MaxWindowMicros - 1))
            variants.AddRange(await ListVariantsAsync(new(stream, day, isWhole), period, folder, cancellation));
        return variants;
    }

    /// <summary>Lists the canonical names of all markets that have or had stored objects, in ordinal order.</summary>
    public async Task<IReadOnlyCollection<string>> ListMarketsAsync(Dataset dataset, string exchange, CancellationToken cancellation)
    {
        var markets = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var whole in new[] { true, false })
            await foreach (var folder in store.ListFoldersAsync(KeyFolder.Exchange(prefix, dataset, exchange, whole), cancellation))
                if (KeyEncoding.DecodeLabel(folder, "pair=") is { } market && KeyEncoding.Encode(market) == folder["pair=".Length..])
                    markets.Add(market);
        return markets;
    }

    /// <summary>Lists the snapshots of a market of one day, or of one hour of it, oldest first.</summary>
    public async Task<IReadOnlyList<(SnapshotKey Name, string Key)>> ListSnapshotsAsync(
        string exchange, string market, DateTime day, CancellationToken cancellation, int? hour = null)
    {
        var start = hour is { } one ? one.ToString("00", CultureInfo.InvariantCulture) : "";
        var books = new List<(SnapshotKey Name, string Key)>();
        await foreach (var found in ListAsync(KeyFolder.Snapshots(prefix, exchange, market, day) + start, cancellation))
            if (SnapshotKey.TryParse(prefix, found.Key, out var name))
                books.Add((name, found.Key));
        return [.. books.OrderBy(book => book.Name.MinuteMicros).ThenBy(book => book.Name.LastIdOrMicros)];
    }

    /// <summary>Lists the journal objects that were started in a period, by the clocks of their writers, oldest first.</summary>
    public async Task<IReadOnlyList<(JournalKey Name, string Key)>> ListJournalAsync(
        Dataset dataset, string exchange, Period period, CancellationToken cancellation)
    {
        var parts = new List<(JournalKey Name, string Key)>();
        foreach (var day in period.Days())
            await foreach (var found in ListAsync(KeyFolder.Journal(prefix, dataset, exchange, day), cancellation))
                if (JournalKey.TryParse(prefix, found.Key, out var name) && period.Contains(name.Part.MinuteMicros))
                    parts.Add((name, found.Key));
        return [.. parts.OrderBy(part => part.Name.Part.MinuteMicros).ThenBy(part => part.Name.ProcessStartMicros).ThenBy(part => part.Name.Part.Number)];
    }

    private async Task<List<SegmentEntry>> ListVariantsAsync(SegmentFolder own, Period period, string folder, CancellationToken cancellation)
    {
        var variants = new List<SegmentEntry>();
        var start = $"{ObjectKey.Root(prefix)}{folder}/{own.KeyPrefix("")}";
        await foreach (var found in ListAsync(start, cancellation))
            if (SegmentEntry.TryParseVariant(own, found, start.Length, out var variant) && period.Overlaps(variant.Name.Window))
                variants.Add(variant);
        return variants;
    }

    /// <summary>Adds the names of expired segments. One that is still stored, because its removal was interrupted, is expired as well.</summary>
    private static void AddExpired(List<SegmentEntry> entries, ExpiredDay removed, Period period)
    {
        var names = removed.Segments.Where(segment => period.Overlaps(segment.Name.Window)).ToList();
        var keys = names.Select(static segment => segment.Key).ToHashSet(StringComparer.Ordinal);
        entries.RemoveAll(entry => keys.Contains(entry.Key));
        entries.AddRange(names.Select(segment => segment with { IsUndersized = IsUndersized(segment.Name, segment.Size) }));
    }

    private async Task AddSegmentsAsync(List<SegmentEntry> entries, SegmentFolder folder, Period period, CancellationToken cancellation)
    {
        var start = folder.KeyPrefix(prefix);
        await foreach (var found in ListAsync(start + CommonTimePrefix(folder.Day, period), cancellation))
            if (SegmentKey.TryParse(folder, found.Key.AsSpan(start.Length), out var name) && period.Overlaps(name.Window))
                entries.Add(new(name, found.Key, found.Size) { IsUndersized = IsUndersized(name, found.Size) });
    }

    /// <summary>
    /// True when an object has too few bytes for the trades that its name claims. The name is known to be wrong without opening the object.
    /// </summary>
    private static bool IsUndersized(SegmentKey name, long size) =>
        size > 0 && name is { Range: { } range, Stream.Dataset: Dataset.Trades } && (Int128)range.UpTo - range.After > (Int128)size * MaxRowsPerByte;

    /// <summary>Restarts the listing after the last key when the store fails.</summary>
    private async IAsyncEnumerable<ListedObject> ListAsync(string start, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (listed, last) = (store.ListAsync(start, cancellation).GetAsyncEnumerator(cancellation), "");
        try
        {
            while (await retry.ExecuteAsync(NextAsync, cancellation))
            {
                last = listed.Current.Key;
                yield return listed.Current;
            }
        }
        finally
        {
            await listed.DisposeAsync();
        }

        async ValueTask<bool> NextAsync(CancellationToken stop)
        {
            try
            {
                while (await listed.MoveNextAsync())
                    if (string.CompareOrdinal(listed.Current.Key, last) > 0)
                        return true;
                return false;
            }
            catch (StoreException)
            {
                await listed.DisposeAsync();
                listed = store.ListAsync(start, stop).GetAsyncEnumerator(stop);
                throw;
            }
        }
    }

    /// <summary>
    /// The common prefix of all window times of a day that may overlap the period, such as <c>2</c> for the last four hours. It shortens listings at
    /// the edges of a period.
    /// </summary>
    private static string CommonTimePrefix(DateTime day, Period period)
    {
        var begin = Micros.From(new DateTimeOffset(day, TimeSpan.Zero));
        var first = Text(Math.Max(begin, period.From - MaxWindowMicros + 1));
        var last = Text(Math.Min(begin + DayMicros, period.To) - 1);
        return first[..first.AsSpan().CommonPrefixLength(last)];

        static string Text(long micros) => Micros.ToDateTime(micros).ToString("HHmm", CultureInfo.InvariantCulture);
    }

    /// <summary>True when the listing is already sorted: the usual case, without fragments.</summary>
    private static bool IsSorted(List<SegmentEntry> entries)
    {
        for (var i = 1; i < entries.Count; i++)
            if (SegmentEntry.Compare(entries[i - 1], entries[i]) > 0)
                return false;
        return true;
    }
}
