using System.Collections.Concurrent;
using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Postgres.Connections;
using Ingester.Postgres.Tables;
using Npgsql;
using Polly;

namespace Ingester.Postgres.Loading;

/// <summary>
/// Loads derived objects of a period into the database, several exchanges at a time. The table <c>loaded_objects</c> shows what is missing, so a run after a crash
/// or an outage goes on there, and several runs at once load each object once.
/// </summary>
internal sealed class DerivedLoader
{
    private const long HourMicros = 60 * Window.MicrosPerMinute;

    private readonly NpgsqlDataSource database;
    private readonly DatabaseAddress address;
    private readonly DerivedStore store;
    private readonly LoadOptions options;
    private readonly LoadEvents events;
    private readonly ResiliencePipeline retry;
    private readonly ConcurrentDictionary<string, long> loadedTo = new(StringComparer.Ordinal);

    /// <summary>Creates a loader.</summary>
    /// <param name="database">The database; its schema is current.</param>
    /// <param name="address">Its address.</param>
    /// <param name="store">The store.</param>
    /// <param name="options">What is loaded.</param>
    /// <param name="clock">The clock for delays between attempts.</param>
    /// <param name="events">Receives what happens.</param>
    public DerivedLoader(NpgsqlDataSource database, DatabaseAddress address, DerivedStore store, LoadOptions options, TimeProvider clock, LoadEvents events)
    {
        (this.database, this.address, this.store, this.options, this.events) = (database, address, store, options, events);
        retry = new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(new()
        {
            ShouldHandle = new PredicateBuilder().Handle<DatabaseException>(static failure => !failure.IsPermanent),
            MaxRetryAttempts = options.MaxRetries,
            Delay = options.RetryDelay,
            MaxDelay = options.MaxRetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = attempt =>
            {
                events.Failed(attempt.Outcome.Exception!);
                return ValueTask.CompletedTask;
            },
        }).Build();
    }

    /// <summary>The end of the last minute of each exchange that is in the database, microseconds UTC.</summary>
    public IReadOnlyDictionary<string, long> LoadedTo => loadedTo;

    /// <summary>Loads what the database lacks of a period.</summary>
    /// <param name="period">The period; an object counts if its minute is in it.</param>
    /// <param name="report">Counts what is done.</param>
    /// <param name="cancellation">Cancels the work.</param>
    /// <exception cref="DatabaseException">The database failed and retries did not help.</exception>
    /// <exception cref="Storage.Stores.StoreException">The store failed.</exception>
    public async Task LoadAsync(Period period, LoadReport report, CancellationToken cancellation)
    {
        var exchanges = options.Exchanges.Count > 0 ? options.Exchanges : await FindExchangesAsync(cancellation);
        await Parallel.ForEachAsync(exchanges, new ParallelOptions { MaxDegreeOfParallelism = options.Connections, CancellationToken = cancellation }, async (exchange, token) =>
        {
            for (var hour = period.From / HourMicros * HourMicros; hour < period.To; hour += HourMicros)
                foreach (var table in DerivedTable.All.Where(table => options.Datasets.Contains(table.Dataset)))
                    await LoadHourAsync(table, exchange, new(Math.Max(hour, period.From), Math.Min(hour + HourMicros, period.To)), report, token);
        });
    }

    /// <summary>The exchanges that have derived objects, in order.</summary>
    public async Task<IReadOnlyList<string>> FindExchangesAsync(CancellationToken cancellation)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var dataset in options.Datasets)
            found.UnionWith(await store.FindExchangesAsync(dataset, cancellation));
        return [.. found];
    }

    private async Task LoadHourAsync(DerivedTable table, string exchange, Period part, LoadReport report, CancellationToken cancellation)
    {
        List<DerivedKey> keys = [.. (await store.ListHourAsync(table.Dataset, exchange, part.From, cancellation))
            .Where(key => key.Extension == DerivedKey.Rows && part.Contains(key.Window.StartMicros))
            .GroupBy(static key => key.Window.StartMicros).Select(static minute => minute.MaxBy(static key => key.Revision)!).OrderBy(static key => key.Window.StartMicros)];
        if (keys.Count == 0)
            return;
        await retry.ExecuteAsync(async token => await DatabaseFaults.TranslateAsync(address, async () =>
        {
            await using var connection = await database.OpenConnectionAsync(token);
            await new HourLoader(connection, address.Schema, store, table, exchange, options.BatchRows, events).LoadAsync(keys, report, token);
            return true;
        }), cancellation);
        loadedTo.AddOrUpdate(exchange, keys[^1].Window.EndMicros, (_, last) => Math.Max(last, keys[^1].Window.EndMicros));
    }
}
