using System.Text.RegularExpressions;
using Ingester.Integration.Tests.Queries;
using Ingester.Postgres.Migrations;
using Ingester.Testing.Storage;
using Npgsql;
using static Ingester.Integration.Tests.Databases.DerivedWorld;

namespace Ingester.Integration.Tests.Databases;

/// <summary>What compose gives Grafana: the role that <c>deploy/postgres</c> makes reads what the loader's role writes, and nothing more, and Grafana is configured with it.</summary>
[Collection(PostgresCollection.Name)]
public sealed partial class DashboardRoleTests(PostgresServer server)
{
    private const string Owner = "ingester"; // POSTGRES_USER of compose

    private static string Deploy => Path.Combine(QueryEngine.Repository, "deploy");

    [Fact]
    public async Task Role_of_the_dashboard_reads_what_the_loader_writes_and_writes_nothing()
    {
        var configured = Value().Matches(await File.ReadAllTextAsync(Path.Combine(Deploy, "grafana", "sql", "provisioning", "datasources", "postgresql.yml"), TestContext.Current.CancellationToken))
            .ToDictionary(static match => match.Groups["name"].Value, static match => match.Groups["value"].Value, StringComparer.Ordinal);
        var dashboard = await File.ReadAllTextAsync(Path.Combine(Deploy, "grafana", "sql", "dashboards", "sql.json"), TestContext.Current.CancellationToken);
        Assert.Equal([configured["uid"]], DataSource().Matches(dashboard).Select(static match => match.Groups[1].Value).Distinct());

        var uri = await server.NewDatabaseAsync();
        await server.ExecuteAsync($"CREATE ROLE {Owner} LOGIN PASSWORD '{Owner}'");
        await server.ExecuteAsync($"ALTER DATABASE {NameOf(uri)} OWNER TO {Owner}");
        await using (var administrator = PostgresServer.Parse(uri).Open())
        await using (var script = administrator.CreateCommand(await File.ReadAllTextAsync(Path.Combine(Deploy, "postgres", "reader.sql"), TestContext.Current.CancellationToken)))
            await script.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var (store, address) = (new MemoryStore(), PostgresServer.Parse(For(uri, Owner, Owner)));
        await using var database = new TestDatabase(For(uri, Owner, Owner), address, address.Open());
        await new Migrator(database.Source, address, MigrationFiles.All).MigrateAsync(TestContext.Current.CancellationToken);
        await new DerivedWorld(store, 24).WriteAsync("binance", 0, 4); // before and after midnight: two partitions
        await database.Loader(store).LoadAsync(new(T0, T0 + 60 * Minute), new(), TestContext.Current.CancellationToken);

        var readerAddress = PostgresServer.Parse(For(uri, configured["user"], configured["password"]));
        await using var reader = new TestDatabase("", readerAddress, readerAddress.Open());
        foreach (var table in new[] { "bars", "quotes", "book_metrics", "loaded_objects", "trades_per_minute" })
            Assert.NotEqual("0", Assert.Single(await reader.QueryAsync($"SELECT count(*) FROM {table}")));
        foreach (var statement in new[] { "DELETE FROM bars", "DROP TABLE quotes_20261130", "CREATE TABLE ingester.mine (x integer)" })
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => reader.ExecuteAsync(statement))).SqlState);
    }

    private static string NameOf(string uri) => new Uri(uri).AbsolutePath.Trim('/');

    /// <summary>The address for another role.</summary>
    private static string For(string uri, string user, string password) => new UriBuilder(uri) { UserName = user, Password = password }.Uri.ToString();

    [GeneratedRegex("^ *(- )?(?<name>[A-Za-z]+): *(?<value>[^ #\n]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Value();

    [GeneratedRegex("\"uid\": *\"(ingester-p[a-z]+)\"")]
    private static partial Regex DataSource();
}
