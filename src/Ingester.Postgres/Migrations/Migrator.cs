using Ingester.Postgres.Connections;
using Npgsql;

namespace Ingester.Postgres.Migrations;

/// <summary>
/// Brings the schema of a database to the version of this program, in one transaction under an advisory lock: of several processes one does it, and the
/// others wait. A schema of a newer version is refused.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="address">Its address.</param>
/// <param name="migrations">The migrations in order.</param>
internal sealed class Migrator(NpgsqlDataSource database, DatabaseAddress address, IReadOnlyList<Migration> migrations)
{
    /// <summary>Migrates.</summary>
    /// <returns>The migrations that were applied; none if the schema is current.</returns>
    /// <exception cref="DatabaseException">The database failed, or its schema is newer than this program.</exception>
    public Task<IReadOnlyList<Migration>> MigrateAsync(CancellationToken cancellation) => DatabaseFaults.TranslateAsync(address, () => MigrateOnceAsync(cancellation));

    private async Task<IReadOnlyList<Migration>> MigrateOnceAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await SchemaLock.TakeAsync(connection, address.Schema, cancellation);
        await CreateLedgerAsync(connection, cancellation);
        var (version, name) = await ReadVersionAsync(connection, cancellation);
        if (version > migrations[^1].Version)
            throw new DatabaseException(
                $"The schema {address.Schema} of the database {address} has version {version} ({name}); this program knows versions up to {migrations[^1].Version}. Install the newer version of the program that made it.", permanent: true);
        List<Migration> missing = [.. migrations.Where(migration => migration.Version > version)];
        foreach (var migration in missing)
        {
            await using var script = new NpgsqlCommand(migration.Sql, connection);
            await script.ExecuteNonQueryAsync(cancellation);
            await using var row = new NpgsqlCommand("INSERT INTO schema_migrations (version, name) VALUES ($1, $2)", connection) { Parameters = { new() { Value = migration.Version }, new() { Value = migration.Name } } };
            await row.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return missing;
    }

    /// <summary>Creates what records the version, where it does not exist: a role without the right to create schemas can use an existing one.</summary>
    private async Task CreateLedgerAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var find = new NpgsqlCommand("SELECT to_regnamespace($1) IS NOT NULL, to_regclass('schema_migrations') IS NOT NULL", connection) { Parameters = { new() { Value = address.Schema } } };
        bool hasSchema, hasTable;
        await using (var found = await find.ExecuteReaderAsync(cancellation))
        {
            await found.ReadAsync(cancellation);
            (hasSchema, hasTable) = (found.GetBoolean(0), found.GetBoolean(1));
        }

        if (!hasSchema)
        {
            await using var create = new NpgsqlCommand($"CREATE SCHEMA \"{address.Schema}\"", connection);
            await create.ExecuteNonQueryAsync(cancellation);
        }

        if (!hasTable)
        {
            await using var create = new NpgsqlCommand("CREATE TABLE schema_migrations (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())", connection);
            await create.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task<(int Version, string Name)> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var find = new NpgsqlCommand("SELECT version, name FROM schema_migrations ORDER BY version DESC LIMIT 1", connection);
        await using var found = await find.ExecuteReaderAsync(cancellation);
        return await found.ReadAsync(cancellation) ? (found.GetInt32(0), found.GetString(1)) : (0, "");
    }
}
