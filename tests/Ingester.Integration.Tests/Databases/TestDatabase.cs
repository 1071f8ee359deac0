using Ingester.Core.Telemetry;
using Ingester.Deriving.Objects;
using Ingester.Postgres.Connections;
using Ingester.Postgres.Loading;
using Ingester.Storage.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingester.Integration.Tests.Databases;

/// <summary>A database of one test.</summary>
/// <param name="Uri">Its address with the password.</param>
/// <param name="Address">Its address.</param>
/// <param name="Source">Its connections.</param>
internal sealed record TestDatabase(string Uri, DatabaseAddress Address, NpgsqlDataSource Source) : IAsyncDisposable
{
    private readonly IngesterMeter meter = new();

    /// <summary>What the loaders of this database counted.</summary>
    public IngesterMeter Meter => meter;

    /// <summary>What the loaders report.</summary>
    public LoadEvents Events => new(meter, NullLogger<LoadEvents>.Instance);

    /// <summary>A loader of all datasets with short delays.</summary>
    public DerivedLoader Loader(IReplaceableStore store, TimeProvider? clock = null, long batchRows = 500, LoadEvents? events = null) => new(
        Source, Address, new DerivedStore(store, "", clock ?? TimeProvider.System), new() { BatchRows = batchRows, RetryDelay = TimeSpan.FromMilliseconds(20), MaxRetryDelay = TimeSpan.FromMilliseconds(100), MaxRetries = 600 },
        clock ?? TimeProvider.System, events ?? Events);

    /// <summary>The rows of a query as text, columns separated by <c>|</c>, null as nothing.</summary>
    public async Task<List<string>> QueryAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(place => reader.IsDBNull(place) ? "" : Convert.ToString(reader.GetValue(place), System.Globalization.CultureInfo.InvariantCulture))));
        return rows;
    }

    /// <summary>Runs statements.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await Source.DisposeAsync();
    }
}
