using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Npgsql;
using NpgsqlTypes;

namespace Ingester.Postgres.Loading;

/// <summary>The table <c>loaded_objects</c>: which revision of each minute is loaded. It is written in the transaction of the rows, so the tables say where to resume.</summary>
/// <param name="connection">The connection.</param>
/// <param name="dataset">The dataset.</param>
/// <param name="exchange">The exchange.</param>
internal sealed class LoadedObjectTable(NpgsqlConnection connection, DerivedDataset dataset, string exchange)
{
    /// <summary>The loaded revisions of a period by minute, microseconds UTC.</summary>
    public async Task<IReadOnlyDictionary<long, int>> ReadAsync(Period period, CancellationToken cancellation)
    {
        await using var find = Create("SELECT minute, revision FROM loaded_objects WHERE dataset = $1 AND exchange = $2 AND minute >= $3 AND minute < $4", Time(period.From), Time(period.To));
        await using var found = await find.ExecuteReaderAsync(cancellation);
        var revisions = new Dictionary<long, int>();
        while (await found.ReadAsync(cancellation))
            revisions[Micros.From(new DateTimeOffset(found.GetDateTime(0)))] = found.GetInt32(1);
        return revisions;
    }

    /// <summary>The last loaded minute, microseconds UTC; null when there is none.</summary>
    public async Task<long?> ReadLastAsync(CancellationToken cancellation)
    {
        await using var find = Create("SELECT max(minute) FROM loaded_objects WHERE dataset = $1 AND exchange = $2");
        return await find.ExecuteScalarAsync(cancellation) is DateTime last ? Micros.From(new DateTimeOffset(last)) : null;
    }

    /// <summary>Claims an object for the transaction. Waits for another transaction that has claimed the same minute.</summary>
    /// <returns>False when the same or a higher revision is loaded.</returns>
    public async Task<bool> TryClaimAsync(DerivedKey key, string inputs, CancellationToken cancellation)
    {
        await using var claim = Create(
            "INSERT INTO loaded_objects AS l (dataset, exchange, minute, revision, inputs, rows) VALUES ($1, $2, $3, $4, $5, 0) "
            + "ON CONFLICT (dataset, exchange, minute) DO UPDATE SET revision = excluded.revision, inputs = excluded.inputs, rows = 0, loaded_at = now() WHERE l.revision < excluded.revision",
            Time(key.Window.StartMicros), new() { Value = key.Revision }, new() { Value = inputs });
        return await claim.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Notes the number of rows of claimed objects.</summary>
    public async Task WriteCountsAsync(IReadOnlyList<LoadedObject> objects, CancellationToken cancellation)
    {
        await using var update = Create(
            "UPDATE loaded_objects AS l SET rows = o.rows FROM unnest($3::timestamptz[], $4::bigint[]) AS o (minute, rows) WHERE l.dataset = $1 AND l.exchange = $2 AND l.minute = o.minute",
            new() { Value = objects.Select(static one => Micros.ToDateTime(one.Minute)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            new() { Value = objects.Select(static one => one.Rows).ToArray() });
        await update.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter Time(long micros) => new() { Value = Micros.ToDateTime(micros), NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private NpgsqlCommand Create(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = dataset.Name() }, new() { Value = exchange } } };
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }
}
