using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Postgres.Tables;
using Ingester.Storage.Stores;
using Npgsql;

namespace Ingester.Postgres.Loading;

/// <summary>
/// Loads the minute objects of one dataset, exchange and hour that <see cref="LoadedObjectTable"/> does not have, some objects in a transaction: claim in that table, binary COPY
/// into a staging table, deletion of the rows of lower revisions, one upsert. What ends before the commit leaves nothing.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="schema">The schema of the tables.</param>
/// <param name="store">The store.</param>
/// <param name="table">The table.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="batchRows">A transaction ends with the object with which it has this number of rows.</param>
/// <param name="events">Receives what happens.</param>
internal sealed class HourLoader(NpgsqlConnection connection, string schema, DerivedStore store, DerivedTable table, string exchange, long batchRows, LoadEvents events)
{
    private const string Savepoint = "object";

    private readonly LoadedObjectTable loadedObjects = new(connection, table.Dataset, exchange);

    /// <summary>Loads what is missing of an hour.</summary>
    /// <param name="keys">The highest revision of each minute of the hour, in order.</param>
    /// <param name="report">Counts what is done.</param>
    /// <param name="cancellation">Cancels the work; a transaction that is not committed leaves nothing.</param>
    public async Task LoadAsync(IReadOnlyList<DerivedKey> keys, LoadReport report, CancellationToken cancellation)
    {
        var known = await loadedObjects.ReadAsync(new(keys[0].Window.StartMicros, keys[^1].Window.EndMicros), cancellation);
        List<DerivedKey> missing = [.. keys.Where(key => known.GetValueOrDefault(key.Window.StartMicros) < key.Revision)];
        report.AddUnchanged(keys.Count - missing.Count);
        var isAlone = false; // after the database has refused rows: one object at a time, so that the others are loaded
        for (var done = 0; done < missing.Count;)
            try
            {
                done += await LoadBatchAsync(isAlone ? missing.GetRange(done, 1) : missing[done..], report, cancellation);
            }
            catch (PostgresException refused) when (IsAboutRows(refused.SqlState))
            {
                if (isAlone)
                    LeaveOut(missing[done++], new UnreadableRowException($"{refused.MessageText} ({refused.SqlState})", refused), report);
                isAlone = true;
            }
    }

    /// <summary>Loads the first objects, as many as have the same columns and fit a transaction.</summary>
    /// <returns>The number of objects that are dealt with, at least one.</returns>
    private async Task<int> LoadBatchAsync(List<DerivedKey> keys, LoadReport report, CancellationToken cancellation)
    {
        TableLayout layout;
        RowCopy copy;
        try
        {
            await using var first = await ObjectLines.OpenAsync(store, keys[0], cancellation);
            layout = new(table, first.Columns);
            copy = new(layout);
        }
        catch (Exception damaged) when (damaged is UnreadableRowException or FormatException or StoreException)
        {
            LeaveOut(keys[0], damaged, report);
            return 1;
        }

        await new TableSchema(connection, schema).PrepareAsync(layout, new(table.Span(keys[0].Window.StartMicros).From, table.Span(keys[^1].Window.StartMicros).To), cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(layout.CreateStaging, [], cancellation);
        var (loaded, rows, done) = (new List<LoadedObject>(), 0L, 0);
        for (; done < keys.Count && rows < batchRows; done++)
        {
            if (await CopyAsync(keys[done], layout, copy, transaction, report, cancellation) is not { } step)
                break;
            if (!step.IsClaimed)
                continue;
            loaded.Add(new(keys[done].Window.StartMicros, keys[done].Revision, step.Rows));
            rows += step.Rows;
        }

        if (loaded.Count > 0)
        {
            await MoveAsync(layout, loaded, cancellation);
            await transaction.CommitAsync(cancellation);
            report.AddLoaded(loaded.Count, rows);
            events.Loaded(table.Dataset, exchange, loaded.Count, rows);
        }

        return done;
    }

    /// <summary>Claims an object and copies its rows.</summary>
    /// <returns>Whether it is in the transaction; null when its columns are others than those of the layout.</returns>
    private async Task<(bool IsClaimed, long Rows)?> CopyAsync(DerivedKey key, TableLayout layout, RowCopy copy, NpgsqlTransaction transaction, LoadReport report, CancellationToken cancellation)
    {
        await transaction.SaveAsync(Savepoint, cancellation);
        try
        {
            await using var lines = await ObjectLines.OpenAsync(store, key, cancellation);
            if (!layout.Fits(lines.Columns))
                return null;
            if (await loadedObjects.TryClaimAsync(key, lines.Inputs, cancellation))
                return (true, await copy.CopyAsync(connection, key, lines.Rows, cancellation));
            report.AddLoadedByOther();
            events.LoadedByOther(table.Dataset, exchange);
            return (false, 0);
        }
        catch (Exception damaged) when (damaged is UnreadableRowException or StoreException)
        {
            await transaction.RollbackAsync(Savepoint, cancellation);
            LeaveOut(key, damaged, report);
            return (false, 0);
        }
    }

    private async Task MoveAsync(TableLayout layout, List<LoadedObject> loaded, CancellationToken cancellation)
    {
        List<LoadedObject> replacing = [.. loaded.Where(static one => one.Revision > 1)];
        if (replacing.Count > 0)
            await ExecuteAsync(layout.DeleteReplaced,
            [
                new() { Value = exchange },
                new() { Value = replacing.Select(static one => Micros.ToDateTime(one.Minute)).ToArray() },
                new() { Value = replacing.Select(static one => one.Revision).ToArray() },
                new() { Value = Micros.ToDateTime(table.Span(replacing[0].Minute).From) },
                new() { Value = Micros.ToDateTime(table.Span(replacing[^1].Minute).To) },
            ], cancellation);
        await ExecuteAsync(layout.Upsert, [new() { Value = exchange }], cancellation);
        await loadedObjects.WriteCountsAsync(loaded, cancellation);
    }

    /// <summary>True for a row twice (21000), a value that is no value of its column (class 22), a missing value, and a key twice.</summary>
    private static bool IsAboutRows(string state) =>
        state.StartsWith("22", StringComparison.Ordinal) || state is PostgresErrorCodes.CardinalityViolation or PostgresErrorCodes.NotNullViolation or PostgresErrorCodes.UniqueViolation;

    private void LeaveOut(DerivedKey key, Exception damaged, LoadReport report)
    {
        var sentence = damaged is StoreException ? damaged.Message : $"{key.ToString("")} is not readable: {damaged.Message}.";
        if (report.AddUnreadable(key.ToString(""), sentence))
            events.Unreadable(table.Dataset, exchange, sentence);
    }

    private async Task ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
