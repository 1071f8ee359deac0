using System.Globalization;
using System.Text.Json;
using Ingester.Core.Time;
using Ingester.Deriving.Compaction;
using Ingester.Deriving.Numbers;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Postgres.Tables;
using Npgsql;
using NpgsqlTypes;

namespace Ingester.Postgres.Loading;

/// <summary>Copies the rows of one object into a staging table by binary COPY.</summary>
/// <param name="layout">The columns.</param>
internal sealed class RowCopy(TableLayout layout)
{
    private readonly RowColumns rows = new(layout.Source);
    private readonly object?[] values = new object?[layout.Source.Count];
    private readonly int pair = IndexOf(layout, "pair");
    private readonly int time = IndexOf(layout, "time");
    private readonly int? length = layout.Table.LengthColumn is { } name ? IndexOf(layout, name) : null;

    /// <summary>Copies the remaining lines of an object.</summary>
    /// <returns>The number of rows.</returns>
    /// <exception cref="UnreadableRowException">A row is not valid.</exception>
    public async Task<long> CopyAsync(NpgsqlConnection connection, DerivedKey key, IAsyncEnumerator<ReadOnlyMemory<byte>> lines, CancellationToken cancellation)
    {
        var (minute, count) = (Micros.ToDateTime(key.Window.StartMicros), 0L);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal); // of the next row of each market
        await using var copy = await connection.BeginBinaryImportAsync(layout.CopyToStaging, cancellation);
        while (await lines.MoveNextAsync())
        {
            Read(lines.Current.Span, key.Window.StartMicros, ++count);
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(minute, NpgsqlDbType.TimestampTz, cancellation);
            await copy.WriteAsync(key.Revision, NpgsqlDbType.Integer, cancellation);
            if (layout.Table.IsNumbered)
            {
                var market = (string)values[pair]!;
                var number = numbers.GetValueOrDefault(market);
                numbers[market] = number + 1;
                await copy.WriteAsync(number, NpgsqlDbType.Integer, cancellation);
            }

            for (var place = 0; place < values.Length; place++)
                await WriteAsync(copy, layout.Columns[place], values[place], cancellation);
        }

        await copy.CompleteAsync(cancellation);
        return count;
    }

    private void Read(ReadOnlySpan<byte> line, long minute, long number)
    {
        try
        {
            rows.Read(line, values);
        }
        catch (Exception invalid) when (invalid is JsonException or FormatException or InvalidOperationException)
        {
            throw new UnreadableRowException($"row {number} is not valid: {invalid.Message.TrimEnd('.')}", invalid);
        }

        if (values[pair] is not string || values[time] is not long micros || (length is { } place && values[place] is not long))
            throw new UnreadableRowException($"row {number} has no market, no time or no length");
        if (!layout.Table.Contains(minute, micros, length is { } column ? (long)values[column]! : null))
            throw new UnreadableRowException($"row {number} is of another minute: {Micros.ToDateTime(micros):yyyy-MM-dd HH:mm:ss.ffffff}");
        for (var index = 0; index < values.Length; index++)
            if (layout.Columns[index].Kind == ColumnKind.Number && values[index] is string text && !IsNumber(text))
                throw new UnreadableRowException($"row {number} has no number in the column '{layout.Source[index].Name}'");
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, TableColumn column, object? value, CancellationToken cancellation) => value switch
    {
        null => copy.WriteNullAsync(cancellation),
        long micros when column.IsTime => copy.WriteAsync(Micros.ToDateTime(micros), NpgsqlDbType.TimestampTz, cancellation),
        long number => copy.WriteAsync(number, NpgsqlDbType.Bigint, cancellation),
        string json when column.IsJson => copy.WriteAsync(RenameColumns(json), NpgsqlDbType.Text, cancellation),
        string text => copy.WriteAsync(text.Replace('\0', '\uFFFD'), NpgsqlDbType.Text, cancellation), // PostgreSQL has no zero character
        _ => throw new InvalidOperationException($"The column {column.Name} has a value of the type {value.GetType()}."),
    };

    /// <summary>The names of columns in the JSON object are those of the table.</summary>
    private static string RenameColumns(string json)
    {
        try
        {
            return JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, string>>(json)!.ToDictionary(static one => ColumnName.Of(one.Key), static one => one.Value, StringComparer.Ordinal));
        }
        catch (Exception invalid) when (invalid is JsonException or FormatException or ArgumentException)
        {
            throw new UnreadableRowException($"the column 'nulls' is not an object of column names: {invalid.Message.TrimEnd('.')}", invalid);
        }
    }

    private static bool IsNumber(string text)
    {
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
            return true;
        try
        {
            ExactMath.Parse(text, ExactMath.ProductScale); // more digits than a decimal has
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static int IndexOf(TableLayout layout, string name)
    {
        for (var place = 0; place < layout.Columns.Count; place++)
            if (layout.Columns[place].Name == name)
                return place;
        throw new UnreadableRowException($"it has no column for {name}");
    }
}
