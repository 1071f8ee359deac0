using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Reading.Windows;

/// <summary>
/// Reads the latest coverage of an exchange from few objects: it lists single days, newest first, and reads of each process the last objects and
/// those after full hours, when windows of every length end.
/// </summary>
internal sealed class RecentCoverage(IObjectStore store, string prefix)
{
    /// <summary>Maximum age of coverage that is considered.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromDays(7);

    /// <summary>Period within which every stream has a coverage line: the longest window (an hour) and the delay of its report.</summary>
    public static readonly TimeSpan LongestReportDelay = TimeSpan.FromMinutes(65);

    /// <summary>How far the clocks of other replicas may be ahead of this one.</summary>
    private static readonly TimeSpan MaxClockAhead = TimeSpan.FromHours(1);

    private const int LastMinutes = 2;
    private const int MinutesAfterHour = 2;

    private readonly ArchiveReader archive = new(store, prefix);

    /// <summary>
    /// Reads the last coverage before a time, and that of the report period before it; reads nothing when there was none in the look-back period.
    /// </summary>
    /// <exception cref="StoreException">The store does not respond.</exception>
    public async Task ReadLatestAsync(string exchange, DateTimeOffset at, Action<(StreamId Stream, CoverageRecord Line)> onLine, CancellationToken cancellation)
    {
        if (!await store.ListAsync($"{ObjectKey.Root(prefix)}{Dataset.Coverage.Name()}/exchange={KeyEncoding.Encode(exchange)}/", cancellation).AnyAsync(cancellation))
            return; // one request instead of one per day
        var (first, end) = (Micros.From(at - LookBack), Micros.From(at + MaxClockAhead));
        for (var to = end; to > first;)
        {
            var from = Math.Max(first, Micros.From(new DateTimeOffset(Micros.ToDateTime(to - 1).Date, TimeSpan.Zero)));
            var parts = await archive.Listing.ListJournalAsync(Dataset.Coverage, exchange, new(from, to), cancellation);
            if (parts.Count > 0)
            {
                var last = parts[^1].Name.Part.MinuteMicros;
                await ReadAsync(exchange, new(last - Micros.From(LongestReportDelay), last + 1), onLine, cancellation);
                return;
            }

            to = from;
        }
    }

    /// <summary>Reads the coverage that was written in a period of its writers' clocks.</summary>
    /// <exception cref="StoreException">The store does not respond.</exception>
    public async Task ReadAsync(string exchange, Period period, Action<(StreamId Stream, CoverageRecord Line)> onLine, CancellationToken cancellation)
    {
        var parts = await archive.Listing.ListJournalAsync(Dataset.Coverage, exchange, period, cancellation);

        // Unreadable objects are skipped: many objects contain the same information.
        await new JournalReader(archive).ReadCoverageAsync(SelectParts(parts), onLine, cancellation);
    }

    /// <summary>Selects, for each process, the last minutes and those after full hours.</summary>
    internal static IEnumerable<(JournalKey Name, string Key)> SelectParts(IReadOnlyList<(JournalKey Name, string Key)> parts) =>
        from process in parts.GroupBy(part => (part.Name.Replica, part.Name.ProcessStartMicros))
        let last = process.Max(part => part.Name.Part.MinuteMicros)
        from part in process
        let minute = part.Name.Part.MinuteMicros
        where minute > last - LastMinutes * Window.MicrosPerMinute
            || minute < Window.Containing(minute, 60).StartMicros + MinutesAfterHour * Window.MicrosPerMinute
        select part;
}
