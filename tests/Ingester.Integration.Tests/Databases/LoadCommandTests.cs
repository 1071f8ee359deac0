using System.Diagnostics;
using Ingester.Demo;
using Ingester.Integration.Tests.Commands;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Databases;

/// <summary>The command in processes of its own: killed, twice at once, with wrong passwords and addresses.</summary>
[Collection(PostgresCollection.Name)]
public sealed class LoadCommandTests(PostgresServer server) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-load-").FullName;

    private string Store => Path.Combine(folder, "data");

    [Fact]
    public async Task Killed_in_a_transaction_and_then_twice_at_once_each_object_is_loaded_once()
    {
        await using var database = await server.OpenNewAsync();
        Directory.CreateDirectory(Store);
        var world = new DerivedWorld(new DirectoryStore(Store, TimeProvider.System), 21);
        await world.WriteAsync("binance", 0, 80);
        await using (await LoaderTests.BlockAsync(database, DerivedWorld.T0 + 40 * DerivedWorld.Minute))
        {
            using var killed = Start(database.Uri);
            await LoaderTests.UntilBlockedAsync(database);
            killed.Kill();
            await killed.WaitForExitAsync();
        }

        var committed = (await database.QueryAsync("SELECT 1 FROM loaded_objects")).Count;
        Assert.InRange(committed, 1, world.Objects - 1);
        var ended = await Task.WhenAll(RunAsync(database.Uri), RunAsync(database.Uri));
        Assert.All(ended, static one => Assert.True(one.Exit == 0, one.Error));
        await world.RequireAsync(database);
        var again = await RunAsync(database.Uri);
        Assert.Contains("0 objects with 0 rows loaded", again.Output, StringComparison.Ordinal);
        Assert.Contains($"{world.Objects} unchanged", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_passwords_addresses_and_options_are_sentences_without_the_password()
    {
        var uri = await server.NewDatabaseAsync();
        Directory.CreateDirectory(Store);
        var secret = Uri.EscapeDataString(PostgresServer.Password);
        var wrong = await RunAsync(uri.Replace(secret, "wr0ng%2Fsecret", StringComparison.Ordinal));
        Assert.Equal(1, wrong.Exit);
        Assert.Contains("refuses the user postgres: password authentication failed for user \"postgres\" (28P01)", wrong.Error, StringComparison.Ordinal);
        var unknown = await RunAsync(uri.Replace("test_", "unknown_", StringComparison.Ordinal));
        Assert.Equal(1, unknown.Exit);
        Assert.Contains("does not exist (3D000)", unknown.Error, StringComparison.Ordinal);
        var closed = await RunAsync($"postgresql://postgres:{secret}@127.0.0.1:{ReplicaProcess.FreePort()}/x");
        Assert.Equal(1, closed.Exit);
        Assert.Contains("is not reachable: Connection refused.", closed.Error, StringComparison.Ordinal);
        var unencoded = await RunAsync($"postgresql://postgres:{PostgresServer.Password}@127.0.0.1/x");
        Assert.Equal(2, unencoded.Exit);
        Assert.Contains("percent-encoded", unencoded.Error, StringComparison.Ordinal);
        var none = await EndedCommand.RunAsync(folder, Patience, "postgres", "migrate");
        Assert.Equal(2, none.Exit);
        Assert.Contains("DATABASE_URL is required", none.Error, StringComparison.Ordinal);
        Assert.All(new[] { wrong, unknown, closed, unencoded }, static one =>
        {
            Assert.DoesNotContain("secret", one.Error + one.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("show", one.Error + one.Output, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Migrate_takes_the_address_from_the_environment_and_says_what_it_did()
    {
        var uri = await server.NewDatabaseAsync();
        var environment = new Dictionary<string, string> { ["DATABASE_URL"] = uri.Replace($":{Uri.EscapeDataString(PostgresServer.Password)}", "", StringComparison.Ordinal), ["PGPASSWORD"] = PostgresServer.Password };
        var first = await EndedCommand.RunAsync(folder, Patience, ["postgres", "migrate", "--schema", "market_data"], environment);
        Assert.True(first.Exit == 0, first.Error);
        Assert.Contains("Applied 0001_derived_data.", first.Output, StringComparison.Ordinal);
        var second = await EndedCommand.RunAsync(folder, Patience, ["postgres", "migrate", "--schema", "market_data"], environment);
        Assert.StartsWith("The schema market_data of test_", second.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string[] Arguments(string store, string database) =>
        ["postgres", "load", "--from", "2026-11-30T22:00", "--to", "2026-12-01T03:00", "--store", store, "--database", database];

    private Task<EndedCommand> RunAsync(string database) => EndedCommand.RunAsync(folder, Patience, Arguments(Store, database));

    private Process Start(string database)
    {
        string[] line = [.. ReplicaProcess.OwnCommandLine(), .. Arguments(Store, database)];
        return Process.Start(new ProcessStartInfo(line[0], line[1..]) { UseShellExecute = false, WorkingDirectory = folder })!;
    }
}
