using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Dashboard.Stores;

namespace Ingester.Dashboard.Days;

/// <summary>Counts the journals of days from listings, and keeps the counts. Thread-safe.</summary>
/// <param name="stores">The store.</param>
/// <param name="clock">The clock.</param>
internal sealed class JournalSizes(IStoreAccess stores, TimeProvider clock)
{
    private const int MaxKept = 10_000;

    private static readonly Dataset[] Journals = [Dataset.Coverage, Dataset.Gaps, Dataset.Quarantine, Dataset.Instruments, Dataset.Arrivals];

    /// <summary>A day that ended less than this ago is counted again.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromHours(26);

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Exchange, DateOnly Day), (JournalSize Size, DateTimeOffset At)> kept = [];

    /// <summary>Counts the journals of an exchange and day.</summary>
    /// <exception cref="DashboardFault">The store does not answer.</exception>
    public async Task<JournalSize> ReadAsync(string exchange, DateOnly day, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var end = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddDays(1);
        lock (gate)
            if (kept.TryGetValue((exchange, day), out var known) && (known.At - end >= SettleTime || now - known.At < MaxAge))
                return known.Size;
        var size = await stores.ReadAsync((store, stop) => CountAsync(store, exchange, day, stop), cancellation);
        lock (gate)
        {
            if (kept.Count >= MaxKept)
                kept.Clear();
            kept[(exchange, day)] = (size, now);
        }

        return size;
    }

    private static async Task<JournalSize> CountAsync(OpenedStore store, string exchange, DateOnly day, CancellationToken cancellation)
    {
        var (objects, bytes, replicas) = (0, 0L, new HashSet<string>(StringComparer.Ordinal));
        foreach (var dataset in Journals)
            await foreach (var found in store.Objects.ListAsync(KeyFolder.Journal(store.Prefix, dataset, exchange, day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc)), cancellation))
            {
                objects++;
                bytes += found.Size;
                if (dataset == Dataset.Coverage && JournalKey.TryParse(store.Prefix, found.Key, out var name))
                    replicas.Add(name.Replica);
            }

        return new(objects, bytes, replicas.Count);
    }
}
