using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Reading.Windows;

/// <summary>
/// The latest coverage of an exchange, from few objects: listings of single days, the youngest first, and of each process what it wrote last and what it wrote
/// after full hours, when windows of every length end.
/// </summary>
internal sealed class RecentCoverage(IObjectStore store, string prefix)
{
    /// <summary>Coverage that is older does not matter to who begins now.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromDays(7);

    /// <summary>Every stream has a line within its window, of an hour at most, and the minutes after it.</summary>
    public static readonly TimeSpan OneRound = TimeSpan.FromMinutes(65);

    /// <summary>How far ahead of this one the clocks of other replicas may be.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    private const int LastMinutes = 2;
    private const int MinutesAfterHour = 2;

    private readonly StreamListing listing = new(store, prefix);

    /// <summary>The last coverage before a time, and that of the round before it; nothing when there was none for long.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task ReadLastAsync(string exchange, DateTimeOffset at, Action<(StreamId Stream, CoverageRecord Line)> take, CancellationToken cancellation)
    {
        if (!await store.ListAsync($"{ObjectKey.Root(prefix)}{Dataset.Coverage.Name()}/exchange={KeyText.Encode(exchange)}/", cancellation).AnyAsync(cancellation))
            return; // one request instead of one for each day
        var (first, end) = (Micros.From(at - LookBack), Micros.From(at + Ahead));
        for (var to = end; to > first;)
        {
            var from = Math.Max(first, Micros.From(new DateTimeOffset(Micros.ToDateTime(to - 1).Date, TimeSpan.Zero)));
            var parts = await listing.JournalAsync(Dataset.Coverage, exchange, new(from, to), cancellation);
            if (parts.Count > 0)
            {
                var last = parts[^1].Name.Name.MinuteMicros;
                await ReadAsync(exchange, new(last - Micros.From(OneRound), last + 1), take, cancellation);
                return;
            }

            to = from;
        }
    }

    /// <summary>The coverage that was written in a period of its writers' clocks.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task ReadAsync(string exchange, Period period, Action<(StreamId Stream, CoverageRecord Line)> take, CancellationToken cancellation)
    {
        var parts = await listing.JournalAsync(Dataset.Coverage, exchange, period, cancellation);

        // What cannot be read is one of many objects that say the same.
        await new JournalReader(listing, new ObjectReader(store)).CoverageAsync(Choose(parts), take, cancellation);
    }

    /// <summary>Of each process the last minutes and those after full hours.</summary>
    internal static IEnumerable<(JournalKey Name, string Key)> Choose(IReadOnlyList<(JournalKey Name, string Key)> parts) =>
        from process in parts.GroupBy(part => (part.Name.Replica, part.Name.ProcessStartMicros))
        let last = process.Max(part => part.Name.Name.MinuteMicros)
        from part in process
        let minute = part.Name.Name.MinuteMicros
        where minute > last - LastMinutes * Window.MicrosPerMinute
            || minute < Window.Of(minute, 60).StartMicros + MinutesAfterHour * Window.MicrosPerMinute
        select part;
}
