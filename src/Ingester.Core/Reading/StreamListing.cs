using System.Globalization;
using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Storage;

namespace Ingester.Core.Reading;

/// <summary>What is stored, from listings alone: one day of one stream at a time, and no further than somebody reads.</summary>
internal sealed class StreamListing(IObjectStore store, string prefix)
{
    /// <summary>The longest window: one that began so much earlier may still hold the first microsecond of a period.</summary>
    private const long LongestWindow = 60 * Window.MicrosPerMinute;

    /// <summary>The segments of a stream whose windows touch a period, in the order of <see cref="SegmentEntry.Compare"/>.</summary>
    public async IAsyncEnumerable<SegmentEntry> SegmentsAsync(StreamId stream, Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var day in period.Days(earlier: LongestWindow - 1))
        {
            var entries = new List<SegmentEntry>();
            await AddAsync(entries, new(stream, day, Whole: true), period, cancellation);
            await AddAsync(entries, new(stream, day, Whole: false), period, cancellation);
            if (!IsSorted(entries))
                entries.Sort(SegmentEntry.Compare);
            foreach (var entry in entries)
                yield return entry;
        }
    }

    /// <summary>The whole books of a market taken on one day, oldest first.</summary>
    public async Task<IReadOnlyList<(BookName Name, string Key)>> BooksAsync(
        string exchange, string market, DateTime day, CancellationToken cancellation)
    {
        var books = new List<(BookName Name, string Key)>();
        await foreach (var found in store.ListAsync(KeyFolder.Books(prefix, exchange, market, day), cancellation))
            if (BookName.TryParse(prefix, found.Key, out var name))
                books.Add((name, found.Key));
        return [.. books.OrderBy(book => book.Name.MinuteMicros).ThenBy(book => book.Name.Number)];
    }

    /// <summary>The objects of a journal that were begun in a period of their writers' clocks, oldest first.</summary>
    public async Task<IReadOnlyList<(JournalKey Name, string Key)>> JournalAsync(
        Dataset dataset, string exchange, Period period, CancellationToken cancellation)
    {
        var parts = new List<(JournalKey Name, string Key)>();
        foreach (var day in period.Days())
            await foreach (var found in store.ListAsync(KeyFolder.Journal(prefix, dataset, exchange, day), cancellation))
                if (JournalKey.TryParse(prefix, found.Key, out var name) && period.Holds(name.Name.MinuteMicros))
                    parts.Add((name, found.Key));
        return [.. parts.OrderBy(part => part.Name.Name.MinuteMicros).ThenBy(part => part.Name.ProcessStartMicros).ThenBy(part => part.Name.Name.Part)];
    }

    private async Task AddAsync(List<SegmentEntry> entries, SegmentFolder folder, Period period, CancellationToken cancellation)
    {
        var start = folder.Key(prefix);
        await foreach (var found in store.ListAsync(start + Hours(folder.Day, period), cancellation))
            if (SegmentName.TryParse(folder, found.Key.AsSpan(start.Length), out var name) && period.Touches(name.Window))
                entries.Add(new(name, found.Key, found.Size));
    }

    /// <summary>What all times of a day that may touch the period have in common, such as <c>2</c> for the last four hours: the edges of a period are no whole days.</summary>
    private static string Hours(DateTime day, Period period)
    {
        var begin = Micros.From(new DateTimeOffset(day, TimeSpan.Zero));
        var first = Text(Math.Max(begin, period.From - LongestWindow + 1));
        var last = Text(Math.Min(begin + 24 * LongestWindow, period.To) - 1);
        return first[..first.AsSpan().CommonPrefixLength(last)];

        static string Text(long micros) => Micros.ToDateTime(micros).ToString("HHmm", CultureInfo.InvariantCulture);
    }

    /// <summary>A listing is in order already where there are no fragments, as in nearly every one.</summary>
    private static bool IsSorted(List<SegmentEntry> entries)
    {
        for (var i = 1; i < entries.Count; i++)
            if (SegmentEntry.Compare(entries[i - 1], entries[i]) > 0)
                return false;
        return true;
    }
}
