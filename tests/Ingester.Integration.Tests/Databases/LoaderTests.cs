using Ingester.Core.Time;
using Ingester.Deriving.Books;
using Ingester.Deriving.Objects;
using Ingester.Postgres.Connections;
using Ingester.Postgres.Loading;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Ingester.Testing.Stores;
using static Ingester.Integration.Tests.Databases.DerivedWorld;

namespace Ingester.Integration.Tests.Databases;

/// <summary>Every object is loaded exactly once, whatever happens to the loader, the store and the database, and a higher revision wins.</summary>
[Collection(PostgresCollection.Name)]
public sealed class LoaderTests(PostgresServer server)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private static Period All => new(T0 - 60 * Minute, T0 + 180 * Minute);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_equal_the_objects_in_every_digit_and_a_second_run_loads_nothing()
    {
        await using var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        var world = new DerivedWorld(store, 1);
        await world.WriteAsync("binance", 0, 70);
        await world.WriteAsync("kraken", 5, 3);
        var first = await LoadAsync(database.Loader(store));
        await world.RequireAsync(database);
        Assert.Equal((world.Objects, Enum.GetValues<DerivedDataset>().Sum(dataset => world.Rows(dataset).Count())), (first.Loaded, first.Rows));
        var second = await LoadAsync(database.Loader(store));
        Assert.Equal((0, 0, world.Objects), (second.Loaded, second.Rows, second.Unchanged));
        await world.RequireAsync(database);
        Assert.Equal(world.Objects, database.Meter.PostgresObjects.TotalOf("loaded"));
    }

    [Fact]
    public async Task Several_at_once_load_each_object_once()
    {
        await using var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        var world = new DerivedWorld(store, 2);
        await world.WriteAsync("binance", 0, 40);
        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LoadAsync(database.Loader(store, batchRows: 50))));
        Assert.Equal(world.Objects, reports.Sum(static report => report.Loaded));
        await world.RequireAsync(database);
    }

    [Fact]
    public async Task A_higher_revision_replaces_all_rows_of_its_minute_and_adds_columns_of_other_settings()
    {
        await using var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        var world = new DerivedWorld(store, 3);
        await world.WriteAsync("binance", 0, 10);
        await LoadAsync(database.Loader(store));
        await world.WriteAsync("binance", 1, 4, revision: 2);
        await world.WriteAsync("binance", 3, 5, revision: 3, new MetricOptions { BandBasisPoints = [7, 10], Notionals = [5_000], TopLevels = 6 });
        var report = await LoadAsync(database.Loader(store));
        Assert.Equal(3 * 7, report.Loaded); // of minutes 3 and 4 only revision 3
        await world.RequireAsync(database);
        await database.ExecuteAsync("DELETE FROM loaded_objects");
        await LoadAsync(database.Loader(store));
        await world.RequireAsync(database);
    }

    [Fact]
    public async Task Partitions_are_days_and_months_and_are_created_a_day_ahead()
    {
        await using var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        await new DerivedWorld(store, 4).WriteAsync("binance", 0, 2); // up to midnight
        await LoadAsync(database.Loader(store));
        Assert.Equal(
            ["bars_202611", "bars_202612", "book_metrics_20261130", "book_metrics_20261201", "book_metrics_20261202", "quotes_20261130", "quotes_20261201", "quotes_20261202"],
            await database.QueryAsync("SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind = 'r' ORDER BY 1"));
        Assert.Equal(["quotes_20261130|21", "quotes_20261201|3"], await database.QueryAsync("SELECT tableoid::regclass::text, count(*) FROM quotes GROUP BY 1 ORDER BY 1"));
    }

    [Fact]
    public async Task After_a_crash_of_the_database_in_a_transaction_the_loader_waits_and_goes_on_where_the_tables_say()
    {
        await using var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        var world = new DerivedWorld(store, 5);
        await world.WriteAsync("binance", 2, 50); // one hour
        await BlockAsync(database, T0 + 30 * Minute);
        var loading = LoadAsync(database.Loader(store, batchRows: 100));
        await UntilBlockedAsync(database);
        await server.StopAsync("immediate");
        while (database.Meter.PostgresFailed.Total < 3)
            await Task.Delay(Poll, TimeProvider.System, Cancel);
        Assert.False(loading.IsCompleted);
        await server.StartAsync();
        var report = await loading;
        Assert.Equal(world.Objects, report.Loaded);
        await world.RequireAsync(database);
    }

    [Fact]
    public async Task A_damaged_object_is_named_and_left_out_and_its_next_revision_is_loaded()
    {
        await using var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        var world = new DerivedWorld(store, 6);
        await world.WriteAsync("binance", 2, 20);
        var keys = store.Keys.Where(static key => key.StartsWith("derived/bars/", StringComparison.Ordinal)).ToList();
        store.Forge(keys[0], [1, 2, 3], ObjectMetadata.None); // not gzip
        store.Forge(keys[5], store.Body(keys[6]), ObjectMetadata.None); // rows of another minute
        store.Forge(keys[9], [.. store.Body(keys[9])[..^20]], ObjectMetadata.None); // cut off
        store.Forge(keys[19], store.Body(keys[19].Replace("/bars/", "/quotes/", StringComparison.Ordinal)), ObjectMetadata.None);
        var lines = StoredText.Unpack(store.Body(keys[12]))!.Split('\n');
        store.Forge(keys[12], StoredText.Pack(string.Join('\n', [.. lines[..2], .. lines[1..]])), ObjectMetadata.None); // a row twice
        store.Forge(keys[15], StoredText.Pack(string.Join('\n', [lines[0], "{}", ""])), ObjectMetadata.None);
        var report = await LoadAsync(database.Loader(store));
        Assert.Equal(world.Objects - 6, report.Loaded);
        Assert.Equal(6, report.Unreadable.Count);
        Assert.All(new[] { (0, "not readable"), (5, "is of another minute"), (9, "not readable"), (12, "a second time"), (15, "row 1 has no market"), (19, "names the dataset quotes") }.Zip(report.Unreadable), static one =>
            Assert.Contains(one.First.Item2, one.Second, StringComparison.Ordinal));
        foreach (var place in new[] { 0, 5, 9, 12, 15, 19 })
            await world.WriteAsync(DerivedDataset.Bars, "binance", T0 + (2 + place) * Minute, revision: 2);
        Assert.Equal(6, (await LoadAsync(database.Loader(store))).Loaded);
        await world.RequireAsync(database);
    }

    [Fact]
    public async Task A_follower_loads_new_minutes_at_once_and_later_revisions_at_the_next_search()
    {
        await using var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        var world = new DerivedWorld(store, 7);
        var clock = new ManualClock(Micros.ToDateTime(T0 + 5 * Minute));
        var loader = database.Loader(store, clock);
        var follower = new LoadFollower(loader, new(), clock, database.Events);
        await world.WriteAsync("binance", 0, 3);
        await follower.StepAsync(Cancel);
        await world.RequireAsync(database);
        Assert.Equal(T0 + 3 * Minute, loader.LoadedTo["binance"]);
        clock.Advance(TimeSpan.FromMinutes(4));
        await world.WriteAsync("binance", 3, 4);
        await follower.StepAsync(Cancel);
        await world.RequireAsync(database);
        clock.Advance(TimeSpan.FromHours(3));
        await follower.StepAsync(Cancel);
        await world.WriteAsync("binance", 1, 1, revision: 2); // three hours later
        await follower.StepAsync(Cancel);
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => world.RequireAsync(database));
        clock.Advance(TimeSpan.FromHours(1));
        await follower.StepAsync(Cancel);
        await world.RequireAsync(database);
    }

    [Fact]
    public async Task A_follower_loads_everything_since_an_outage_that_was_longer_than_its_search()
    {
        await using var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        var world = new DerivedWorld(store, 9);
        var clock = new ManualClock(Micros.ToDateTime(T0 + 5 * Minute));
        var follower = new LoadFollower(database.Loader(store, clock), new(), clock, database.Events);
        await world.WriteAsync("binance", 0, 2);
        await follower.StepAsync(Cancel);
        await world.WriteAsync("binance", 2, 4); // two of them derived after minutes that the search covered
        clock.Advance(TimeSpan.FromHours(60));
        await follower.StepAsync(Cancel);
        await world.RequireAsync(database);
    }

    [Fact]
    public async Task What_needs_an_operator_ends_the_run_with_a_sentence()
    {
        await using var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        await new DerivedWorld(store, 8).WriteAsync("binance", 0, 1);
        await database.ExecuteAsync("DROP TABLE quotes");
        var failure = await Assert.ThrowsAsync<DatabaseException>(() => LoadAsync(database.Loader(store)));
        Assert.True(failure.IsPermanent);
        Assert.Contains("relation \"quotes\" does not exist (42P01)", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Locks a row of <c>loaded_objects</c> in a transaction that does not end, so that a loader waits there. It ends with the connection.</summary>
    internal static async Task<IAsyncDisposable> BlockAsync(TestDatabase database, long minute)
    {
        var connection = await database.Source.OpenConnectionAsync(Cancel);
        _ = await connection.BeginTransactionAsync(Cancel);
        await using var claim = new Npgsql.NpgsqlCommand("INSERT INTO loaded_objects VALUES ('bars', 'binance', $1, 1, '', 0)", connection) { Parameters = { new() { Value = Micros.ToDateTime(minute) } } };
        await claim.ExecuteNonQueryAsync(Cancel);
        return connection;
    }

    internal static async Task UntilBlockedAsync(TestDatabase database)
    {
        while ((await database.QueryAsync("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")).Count == 0)
            await Task.Delay(Poll, TimeProvider.System, Cancel);
    }

    private static async Task<LoadReport> LoadAsync(DerivedLoader loader)
    {
        var report = new LoadReport();
        await loader.LoadAsync(All, report, Cancel);
        return report;
    }
}
