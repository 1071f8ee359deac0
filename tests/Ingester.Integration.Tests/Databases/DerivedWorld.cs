using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Ingester.Core.Memory;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Books;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Postgres.Tables;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Databases;

/// <summary>Invented derived objects in a store, written by the code of <c>derive</c>, and the rows that a database must have of them, read without that code.</summary>
internal sealed class DerivedWorld(IReplaceableStore store, int seed)
{
    public const long Minute = Window.MicrosPerMinute;

    /// <summary>Two minutes before a day ends that is also the end of a month.</summary>
    public static readonly long T0 = Micros.From(new DateTimeOffset(2026, 11, 30, 23, 58, 0, TimeSpan.Zero));

    private static readonly string[] Markets = ["BTC-USDT", "ETH-USDT", "SOL-USD"];
    private readonly Random random = new(seed);
    private readonly Dictionary<(DerivedDataset Dataset, string Exchange, long Minute), (int Revision, List<JsonElement> Rows)> highest = [];

    /// <summary>Numbers that fit a decimal, none of them negative, instead of numbers of any length.</summary>
    public bool HasPlainNumbers { get; init; }

    /// <summary>The minute with the number 0, microseconds UTC.</summary>
    public long Start { get; init; } = T0;

    /// <summary>The objects that a loader must load, the highest revision of each minute.</summary>
    public int Objects => highest.Count;

    /// <summary>The sum of their revisions.</summary>
    public int Revisions => highest.Values.Sum(static one => one.Revision);

    /// <summary>The rows of the highest revisions of one dataset.</summary>
    public IEnumerable<(string Exchange, int Revision, JsonElement Row)> Rows(DerivedDataset dataset) => highest.Where(one => one.Key.Dataset == dataset)
        .OrderBy(static one => one.Key.Minute).SelectMany(static one => one.Value.Rows.Select(row => (one.Key.Exchange, one.Value.Revision, row)));

    /// <summary>Writes a minute of each dataset for some minutes.</summary>
    public async Task WriteAsync(string exchange, int from, int count, int revision = 1, MetricOptions? metrics = null)
    {
        for (var minute = Start + from * Minute; minute < Start + (from + count) * Minute; minute += Minute)
            foreach (var dataset in Enum.GetValues<DerivedDataset>())
                await WriteAsync(dataset, exchange, minute, revision, metrics);
    }

    /// <summary>Writes one object.</summary>
    public async Task WriteAsync(DerivedDataset dataset, string exchange, long minute, int revision, MetricOptions? metrics = null)
    {
        IReadOnlyList<DerivedColumn> columns = dataset switch
        {
            DerivedDataset.Bars => BarRow.Columns,
            DerivedDataset.Quotes => QuoteWriter.Columns,
            _ => MetricRow.Columns(new(metrics ?? new())),
        };
        using var rows = new DerivedRows();
        foreach (var market in Markets.Where(_ => revision == 1 || random.Next(3) > 0)) // a later revision may lack rows
            foreach (var (length, micros) in Starts(dataset, minute))
                Write(rows, columns, market, length, micros);
        var inputs = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{minute} {revision}")));
        var derived = new DerivedStore(store, "", TimeProvider.System);
        Assert.True(await derived.TryWriteAsync(new(dataset, exchange, new(minute, 1), revision, DerivedKey.Rows), new(dataset.Name(), revision, inputs, 1, DerivedHeader.Describe(columns)), rows, CancellationToken.None));
        if (!highest.TryGetValue((dataset, exchange, minute), out var other) || other.Revision < revision)
            highest[(dataset, exchange, minute)] = (revision, [.. Text(rows.Buffer).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)]);
    }

    /// <summary>Requires that the tables hold exactly the rows of the highest revisions, with every digit, and that <c>loaded_objects</c> agrees.</summary>
    public async Task RequireAsync(TestDatabase database)
    {
        foreach (var dataset in Enum.GetValues<DerivedDataset>())
        {
            var rows = Rows(dataset).ToList();
            List<string> columns = [.. rows.SelectMany(static row => row.Row.EnumerateObject().Select(static column => column.Name)).Distinct()];
            var selected = string.Join(", ", columns.Select(static name => name == "ts" ? "(extract(epoch FROM time) * 1000000)::bigint::text" : $"{ColumnName.Of(name)}::text"));
            var found = await database.QueryAsync($"SELECT exchange, revision::text, {selected} FROM {DerivedTable.Of(dataset).Name}");
            var wanted = rows.Select(row => string.Join('|', new[] { row.Exchange, row.Revision.ToString(CultureInfo.InvariantCulture) }.Concat(columns.Select(name => Shown(row.Row, name)))));
            Assert.Equal(wanted.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        }

        var expected = highest.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Key.Dataset.Name()}|{one.Key.Exchange}|{one.Key.Minute}|{one.Value.Revision}|{one.Value.Rows.Count}"));
        var noted = await database.QueryAsync("SELECT dataset, exchange, (extract(epoch FROM minute) * 1000000)::bigint, revision, rows FROM loaded_objects");
        Assert.Equal(expected.Order(StringComparer.Ordinal), noted.Order(StringComparer.Ordinal));
    }

    /// <summary>The lengths and times of the rows of a market in an object.</summary>
    private static IEnumerable<(int Length, long Micros)> Starts(DerivedDataset dataset, long minute) => dataset switch
    {
        DerivedDataset.Bars => [(1, minute), (5, minute - 4 * Minute), (24 * 60, minute + Minute - 24 * 60 * Minute)],
        DerivedDataset.Quotes => [(0, minute), (0, minute + 7), (0, minute + 7), (0, minute + Minute)],
        _ => [(1, minute + 1_000_000), (1, minute + Minute), (60, minute + Minute)],
    };

    private void Write(DerivedRows rows, IReadOnlyList<DerivedColumn> columns, string market, int length, long micros)
    {
        rows.Begin();
        foreach (var column in columns)
            switch (column.Name)
            {
                case "ts": rows.Integer(column.Name, micros); break;
                case "pair": rows.Text(column.Name, market); break;
                case "minutes" or "seconds": rows.Integer(column.Name, length); break;
                case "condition": rows.Condition(random.Next(4) == 0 ? DataCondition.Unproven : DataCondition.Complete, random.Next(2) == 0 ? null : "It's \"odd\"\t\\N | ünïcode."); break;
                case "reason": break; // written with the condition
                case "nulls": rows.Text(column.Name, random.Next(2) == 0 ? null : """{"bidDepth100":"beyond-horizon"}"""); break;
                default: WriteValue(rows, column); break;
            }

        rows.End();
    }

    private void WriteValue(DerivedRows rows, DerivedColumn column)
    {
        var isNull = random.Next(8) == 0;
        if (column.Kind == ColumnKind.Text)
            rows.Text(column.Name, isNull ? null : $"text {random.Next(1000)}");
        else if (column.Kind == ColumnKind.Integer)
            rows.Integer(column.Name, isNull ? null : random.NextInt64(-5, long.MaxValue));
        else if (HasPlainNumbers)
            rows.Number(column.Name, isNull ? null : random.NextInt64(1, 1_000_000_000_000), 6);
        else
            rows.Number(column.Name, isNull ? null : BigInteger.Pow(10, random.Next(45)) * random.NextInt64(-1_000_000_007, 1_000_000_007), random.Next(41));
    }

    /// <summary>The value of a column as PostgreSQL shows it.</summary>
    private static string Shown(JsonElement row, string name)
    {
        if (!row.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return "";
        return name == "nulls" ? """{"bid_depth_100": "beyond-horizon"}""" : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : value.GetString()!;
    }

    private static string Text(RowBuffer buffer) => Encoding.UTF8.GetString([.. buffer.Chunks.SelectMany(static chunk => chunk.ToArray())]);
}
