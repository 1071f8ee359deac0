using Npgsql;

namespace Ingester.Postgres.Migrations;

/// <summary>The lock under which the schema is changed: migrations, partitions, columns. It ends with the transaction.</summary>
internal static class SchemaLock
{
    private const int Space = 0x1_9e57; // other programs have other numbers

    /// <summary>Waits for the lock.</summary>
    public static async Task TakeAsync(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1, hashtext($2))", connection) { Parameters = { new() { Value = Space }, new() { Value = schema } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
