using Ingester.Core.Time;
using Ingester.Postgres.Migrations;
using Npgsql;

namespace Ingester.Postgres.Tables;

/// <summary>Adds what a table lacks before rows are written: partitions, one day ahead, and columns of other bands and notionals.</summary>
/// <param name="connection">The connection, not in a transaction.</param>
/// <param name="schema">The schema of the tables.</param>
internal sealed class TableSchema(NpgsqlConnection connection, string schema)
{
    private const long AheadMicros = 24 * 60 * Window.MicrosPerMinute;

    /// <summary>Prepares a table for rows with times of a period.</summary>
    public async Task PrepareAsync(TableLayout layout, Period times, CancellationToken cancellation)
    {
        List<TablePartition> partitions = [.. TablePartition.Of(layout.Table, new(times.From, times.To + AheadMicros))];
        if ((await FindMissingAsync(layout, partitions, cancellation)).Count == 0)
            return;
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await SchemaLock.TakeAsync(connection, schema, cancellation);
        foreach (var statement in await FindMissingAsync(layout, partitions, cancellation)) // again: another process may have added it
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    /// <summary>The statements that add what is missing. Without the table itself the first of them fails, and its error names the table.</summary>
    private async Task<List<string>> FindMissingAsync(TableLayout layout, List<TablePartition> partitions, CancellationToken cancellation)
    {
        var table = layout.Table;
        await using var find = new NpgsqlCommand(
            "SELECT ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped), ARRAY(SELECT name FROM unnest($2::text[]) AS name WHERE to_regclass(name) IS NULL)", connection)
        {
            Parameters = { new() { Value = table.Name }, new() { Value = partitions.Select(static partition => partition.Name).ToArray() } },
        };
        await using var found = await find.ExecuteReaderAsync(cancellation);
        await found.ReadAsync(cancellation);
        var (columns, names) = (await found.GetFieldValueAsync<string[]>(0, cancellation), await found.GetFieldValueAsync<string[]>(1, cancellation));
        return
        [
            .. layout.Columns.Where(column => !columns.Contains(column.Name, StringComparer.Ordinal)).Select(column => $"ALTER TABLE {table.Name} ADD COLUMN {column.Name} {column.Type}"),
            .. partitions.Where(partition => names.Contains(partition.Name, StringComparer.Ordinal)).Select(partition => partition.Create(table)),
        ];
    }
}
