using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Reading.Objects;

/// <summary>Knows which streams and days have expired. The names of a dataset, exchange and day are listed once, and then remembered.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">The prefix of all keys.</param>
/// <param name="clock">Times the retries.</param>
internal sealed class ExpiredIndex(IObjectStore store, string prefix, TimeProvider clock)
{
    /// <summary>Number of days after the start of a day before which it cannot expire.</summary>
    public const int MinAgeDays = 8;

    private readonly ConcurrentDictionary<(Dataset Dataset, string Exchange, DateTime Day), IReadOnlySet<string>> known = new();
    private readonly ResiliencePipeline<IReadOnlySet<string>> list = StoreRetry.Create(clock, StoreRetry.ReadRetries, StoreRetry.Transient<IReadOnlySet<string>>());
    private readonly ResiliencePipeline<ExpiredDay?> read = StoreRetry.Create(clock, StoreRetry.ReadRetries, StoreRetry.Transient<ExpiredDay?>());

    /// <summary>The markets of a dataset, exchange and day whose segments have expired.</summary>
    public async Task<IReadOnlySet<string>> ListMarketsAsync(Dataset dataset, string exchange, DateTime day, CancellationToken cancellation) =>
        clock.GetUtcNow().UtcDateTime < day.AddDays(MinAgeDays) ? FrozenSet<string>.Empty
            : known.TryGetValue((dataset, exchange, day), out var markets) ? markets
            : known[(dataset, exchange, day)] = await list.ExecuteAsync(async cancel => await ListAsync(dataset, exchange, day, cancel), cancellation);

    /// <summary>What has expired of a stream and day; null if nothing has.</summary>
    /// <exception cref="UnreadableObjectException">The object that says so is damaged.</exception>
    public async Task<ExpiredDay?> FindAsync(StreamId stream, DateTime day, CancellationToken cancellation) =>
        (await ListMarketsAsync(stream.Dataset, stream.Exchange, day, cancellation)).Contains(stream.Market)
            ? await read.ExecuteAsync(async cancel => await ReadAsync(stream, day, cancel), cancellation)
            : null;

    /// <summary>Requires that nothing of a stream has expired in a period.</summary>
    /// <exception cref="ExpiredPeriodException">Something has; the message names it.</exception>
    public async Task RequireStoredAsync(StreamId stream, Period period, CancellationToken cancellation)
    {
        foreach (var day in period.Days())
            if ((await ListMarketsAsync(stream.Dataset, stream.Exchange, day, cancellation)).Contains(stream.Market))
                throw new ExpiredPeriodException(Describe(stream.Text, day));
    }

    /// <summary>Requires that no stream of some datasets and exchanges has expired in a period.</summary>
    /// <exception cref="ExpiredPeriodException">Something has; the message names it.</exception>
    public async Task RequireStoredAsync(IReadOnlyCollection<Dataset> datasets, IEnumerable<string> exchanges, Period period, CancellationToken cancellation)
    {
        foreach (var exchange in exchanges)
            foreach (var dataset in datasets)
                foreach (var day in period.Days())
                    if ((await ListMarketsAsync(dataset, exchange, day, cancellation)).Count > 0)
                        throw new ExpiredPeriodException(Describe($"{dataset.Name()} {exchange}", day));
    }

    private static string Describe(string what, DateTime day) => string.Create(CultureInfo.InvariantCulture,
        $"{what} of {day:yyyy-MM-dd} has expired: its objects were removed after the day was exported and certified. The exported files and their certificate have the events; see ingester certificate show --date {day:yyyy-MM-dd}.");

    private async Task<IReadOnlySet<string>> ListAsync(Dataset dataset, string exchange, DateTime day, CancellationToken cancellation)
    {
        var (folder, markets) = (KeyFolder.Expired(prefix, dataset, exchange, day), new HashSet<string>(StringComparer.Ordinal));
        await foreach (var found in store.ListAsync(folder, cancellation))
            if (found.Key.EndsWith(ObjectKey.Extension, StringComparison.Ordinal))
                markets.Add(Uri.UnescapeDataString(found.Key[folder.Length..^ObjectKey.Extension.Length]));
        return markets;
    }

    private async Task<ExpiredDay?> ReadAsync(StreamId stream, DateTime day, CancellationToken cancellation)
    {
        await using var content = await store.GetAsync(ObjectKey.Expired(prefix, stream, day), cancellation);
        return content is null ? null : await ExpiredDay.ReadAsync(prefix, stream, day, content, cancellation);
    }
}
