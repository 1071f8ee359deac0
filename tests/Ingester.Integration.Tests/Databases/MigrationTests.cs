using Ingester.Postgres.Connections;
using Ingester.Postgres.Migrations;

namespace Ingester.Integration.Tests.Databases;

/// <summary>The program creates and updates the schema itself, once, and refuses what it does not know.</summary>
[Collection(PostgresCollection.Name)]
public sealed class MigrationTests(PostgresServer server)
{
    [Fact]
    public async Task Of_several_processes_one_migrates_and_the_next_run_changes_nothing()
    {
        var address = PostgresServer.Parse(await server.NewDatabaseAsync());
        await using var source = address.Open();
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Migrator(source, address, MigrationFiles.All).MigrateAsync(CancellationToken.None)));
        Assert.Equal(MigrationFiles.All, applied.SelectMany(static one => one));
        Assert.Empty(await new Migrator(source, address, MigrationFiles.All).MigrateAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_schema_of_a_newer_version_is_refused_by_name_and_the_next_version_keeps_the_data()
    {
        await using var database = await server.OpenNewAsync();
        await database.ExecuteAsync("INSERT INTO loaded_objects VALUES ('bars', 'x', '2026-11-30Z', 1, 'hash', 3)");
        var next = new Migration(MigrationFiles.All.Count + 1, "9999_next", "ALTER TABLE loaded_objects ADD COLUMN note text; COMMENT ON COLUMN loaded_objects.note IS 'a; b'");
        Assert.Equal([next], await new Migrator(database.Source, database.Address, [.. MigrationFiles.All, next]).MigrateAsync(CancellationToken.None));
        Assert.Equal(["bars|3|"], await database.QueryAsync("SELECT dataset, rows, note FROM loaded_objects"));
        var refused = await Assert.ThrowsAsync<DatabaseException>(() => new Migrator(database.Source, database.Address, MigrationFiles.All).MigrateAsync(CancellationToken.None));
        Assert.True(refused.IsPermanent);
        Assert.Contains($"has version {next.Version} (9999_next); this program knows versions up to {MigrationFiles.All.Count}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing()
    {
        await using var database = await server.OpenNewAsync();
        var broken = new Migration(MigrationFiles.All.Count + 1, "9999_broken", "CREATE TABLE half (x integer); SELECT 1 / 0");
        var failure = await Assert.ThrowsAsync<DatabaseException>(() => new Migrator(database.Source, database.Address, [.. MigrationFiles.All, broken]).MigrateAsync(CancellationToken.None));
        Assert.Contains("division by zero (22012)", failure.Message, StringComparison.Ordinal);
        Assert.Equal([$"{MigrationFiles.All.Count}|"], await database.QueryAsync("SELECT max(version), to_regclass('half')::text FROM schema_migrations"));
    }
}
