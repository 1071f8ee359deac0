using System.Diagnostics;
using System.Globalization;
using Ingester.Core.Time;
using Ingester.Integration.Tests.Commands;
using Ingester.Postgres.Loading;
using Ingester.Storage.Stores;
using Ingester.Testing.Fakes;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging;
using static Ingester.Integration.Tests.Databases.DerivedWorld;

namespace Ingester.Integration.Tests.Databases;

/// <summary>
/// A database that is stopped while the program follows the store, and one whose disk is full: afterwards the tables have each row exactly once.
/// <c>INGESTER_DATABASE_OUTAGE=60</c> keeps the database stopped for that number of seconds, instead of until two attempts have failed.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class DatabaseOutageTests(PostgresServer server) : IDisposable
{
    private const string WithoutCache = "could not write init file (XX000)";
    private const string Failed = "Loading failed and is repeated: ";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("INGESTER_DATABASE_OUTAGE"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-outage-").FullName;

    private static Period All => new(T0, T0 + 120 * Minute);

    private string Data => Path.Combine(folder, "data");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Program_that_follows_waits_for_a_database_that_is_stopped_and_loads_each_object_once()
    {
        await using var database = await server.OpenNewAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2) + Outage);
        Directory.CreateDirectory(Data);
        var start = Micros.Now(TimeProvider.System) / Minute * Minute - 30 * Minute;
        var world = new DerivedWorld(new DirectoryStore(Data, TimeProvider.System), 22) { Start = start };
        await world.WriteAsync("binance", 0, 10);
        await server.StopAsync("fast");
        using var follower = new RunningCommand(new Dictionary<string, string>(), "postgres", "load", "--follow", "--poll", "1s", "--store", Data, "--database", database.Uri);
        await follower.WaitUntilItSaysAsync(Failed, patience.Token); // it is started before the database
        await StartAsync(database);
        await UntilLoadedAsync(database, world, patience.Token);

        await server.StopAsync("immediate");
        var (stopped, failures) = (Stopwatch.StartNew(), CountFailures(follower));
        await world.WriteAsync("binance", 10, 10);
        await world.WriteAsync("binance", 2, 3, revision: 2);
        while (CountFailures(follower) < failures + 2 || stopped.Elapsed < Outage)
            await Task.Delay(Poll, TimeProvider.System, patience.Token);
        await StartAsync(database);
        await UntilLoadedAsync(database, world, patience.Token);
        await world.RequireAsync(database);
        follower.Stop();
        Assert.Equal(0, await follower.WhenEndedAsync(patience.Token));
        Assert.DoesNotContain(PostgresServer.Password, follower.Said, StringComparison.Ordinal);

        var again = await EndedCommand.RunAsync(folder, TimeSpan.FromMinutes(1), "postgres", "load", "--from", Text(start), "--to", Text(start + 60 * Minute), "--store", Data, "--database", database.Uri);
        Assert.True(again.Exit == 0, again.Error);
        Assert.StartsWith("0 objects with 0 rows loaded", again.Output, StringComparison.Ordinal);
        await world.RequireAsync(database);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // with each new connection the server then writes its cache of the catalogs, and reports an internal error
    public async Task Loader_waits_while_the_disk_of_the_database_is_full_and_loads_each_object_once(bool withoutCatalogCache)
    {
        await using var disk = await server.MountDiskAsync(megabytes: 48);
        await using var database = await disk.OpenNewAsync();
        var store = new MemoryStore();
        var world = new DerivedWorld(store, 23);
        await world.WriteAsync("binance", 2, 5);
        using var log = new LogLines<LoadEvents>();
        var loader = database.Loader(store, batchRows: 100, events: new(database.Meter, log));
        await loader.LoadAsync(All, new(), TestContext.Current.CancellationToken);
        await world.WriteAsync("binance", 7, 50);
        if (withoutCatalogCache)
            database.Source.Clear();
        await disk.FillAsync(free: 64 << 10, withoutCatalogCache);
        var report = new LoadReport();
        var loading = loader.LoadAsync(All, report, TestContext.Current.CancellationToken);
        while (database.Meter.PostgresFailed.Total < 3 && !loading.IsCompleted)
            await Task.Delay(Poll, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(loading.IsCompleted, loading.Exception?.ToString() ?? $"{report.Loaded} objects were loaded, after {database.Meter.PostgresFailed.Total} failures.");
        Assert.All(log.Of(LogLevel.Error), static line => Assert.True(line.Contains("(53100)", StringComparison.Ordinal) || line.Contains(WithoutCache, StringComparison.Ordinal), line));
        Assert.True(!withoutCatalogCache || log.Of(LogLevel.Error)[0].Contains(WithoutCache, StringComparison.Ordinal));
        disk.Empty();
        await loading;
        Assert.Equal(3 * 50, report.Loaded);
        await world.RequireAsync(database);
    }

    private static int CountFailures(RunningCommand command) => command.Said.Split(Failed).Length - 1;

    private static string Text(long micros) => Micros.ToDateTime(micros).ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>Starts the server. Connections of before the stop are not used again.</summary>
    private async Task StartAsync(TestDatabase database)
    {
        await server.StartAsync();
        database.Source.Clear();
    }

    /// <summary>Waits until the database has the highest revision of every object.</summary>
    private static async Task UntilLoadedAsync(TestDatabase database, DerivedWorld world, CancellationToken cancel)
    {
        var wanted = string.Create(CultureInfo.InvariantCulture, $"{world.Objects}|{world.Revisions}");
        while ((await database.QueryAsync("SELECT count(*), coalesce(sum(revision), 0) FROM loaded_objects"))[0] != wanted)
            await Task.Delay(Poll, TimeProvider.System, cancel);
    }
}
