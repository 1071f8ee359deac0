using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Deriving.Objects;
using Ingester.Integration.Tests.Queries;
using Ingester.Testing.Storage;
using static Ingester.Integration.Tests.Databases.DerivedWorld;

namespace Ingester.Integration.Tests.Databases;

/// <summary>Every statement of docs/postgresql.md and every panel of the dashboard runs and returns what the derived objects say.</summary>
[Collection(PostgresCollection.Name)]
public sealed partial class DocumentedSqlTests(PostgresServer server)
{
    private static readonly long Midnight = T0 + 2 * Minute;

    private DerivedWorld world = null!;

    [Fact]
    public async Task Every_statement_of_the_page_runs_and_equals_the_objects()
    {
        await using var database = await LoadedAsync();
        var expected = new Dictionary<string, Func<IEnumerable<string>>>(StringComparer.Ordinal)
        {
            ["One row a minute: time, buy and sell counts, base and quote totals"] = () => Minutes().Select(static row => Line(Time(row), row, "buyTrades", "sellTrades", "volume", "quoteVolume")),
            ["Hours from minutes, and how many of the minutes are not known"] = Hours,
            ["How well each market of a day is known"] = Conditions,
            ["Bars of five minutes with the spread and the imbalance at their end"] = FiveMinutes,
            ["The best bid and ask at a moment"] = Quote,
            ["Minutes that are not loaded"] = () => Enumerable.Range(-3, 36).Where(static place => place is < 0 or >= 20).Select(static place => Show(T0 + place * Minute)),
            ["Minutes for QuickSight"] = () => Rows(DerivedDataset.Bars).Where(static row => Integer(row.Row, "minutes") == 1).Select(static row => string.Join('|', Time(row.Row), row.Exchange, Text(row.Row, "pair"), Number(row.Row, "buyTrades"), Number(row.Row, "sellTrades"), Double(row.Row, "volume"), Double(row.Row, "quoteVolume"), Text(row.Row, "condition"))),
        };
        var names = new List<string>();
        foreach (var (name, sql) in Statements())
        {
            names.Add(name);
            var rows = await database.QueryAsync(sql);
            if (expected.TryGetValue(name, out var compute))
            {
                var wanted = compute().ToList();
                Assert.NotEmpty(wanted);
                Assert.Equal(wanted.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
            }
        }

        Assert.Equal([.. expected.Keys, "A role for dashboards", "Remove a day of quotes"], names.Distinct().OrderBy(name => expected.Keys.ToList().IndexOf(name) is >= 0 and var place ? place : int.MaxValue));
        Assert.Equal(["t"], (await database.QueryAsync("SELECT has_table_privilege('market_reader', 'quotes', 'SELECT')")).Select(static one => one[..1].ToLowerInvariant()));
        Assert.Equal(["2026-12-01"], await database.QueryAsync("SELECT DISTINCT (time AT TIME ZONE 'UTC')::date::text FROM quotes"));
        await database.ExecuteAsync("DROP OWNED BY market_reader; DROP ROLE market_reader");
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_runs_and_returns_rows()
    {
        await using var database = await LoadedAsync();
        var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(QueryEngine.Repository, "deploy", "grafana", "sql", "dashboards", "sql.json"))).RootElement;
        var variables = dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(static one => one.GetProperty("query").GetString()!).ToList();
        Assert.Equal(["binance", "kraken"], await database.QueryAsync(Expanded(variables[0])));
        Assert.Equal(["BTC-USDT", "ETH-USDT", "SOL-USD"], await database.QueryAsync(Expanded(variables[1])));
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
        Assert.All(panels, static panel => Assert.NotEmpty(panel.GetProperty("description").GetString()!));
        var rows = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var panel in panels)
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
                rows[panel.GetProperty("title").GetString()!] = await database.QueryAsync(Expanded(target.GetProperty("rawSql").GetString()!));
        Assert.All(rows, static panel => Assert.NotEmpty(panel.Value));
        Assert.Equal(Minutes().Select(static row => Line(Time(row), row, "open", "high", "low", "close", "volume")), rows["Bars of one minute"]);
        Assert.Equal(Minutes().Select(static row => Line(Time(row), row, "buyTrades", "sellTrades")), rows["Trades by side of the aggressor"]);
        Assert.Equal(6, rows["Loaded"].Count);
    }

    private static IEnumerable<(string Name, string Sql)> Statements() =>
        from Match block in SqlBlock().Matches(File.ReadAllText(Path.Combine(QueryEngine.Repository, "docs", "postgresql.md")))
        from statement in block.Groups["sql"].Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        select (block.Groups["name"].Value, statement);

    private static string Expanded(string query) => TimeFilter().Replace(query, "${column} BETWEEN '2026-11-30T23:00:00Z' AND '2026-12-01T01:00:00Z'")
        .Replace("$exchange", "binance", StringComparison.Ordinal).Replace("$pair", "BTC-USDT", StringComparison.Ordinal);

    private async Task<TestDatabase> LoadedAsync()
    {
        var database = await server.OpenNewAsync();
        var store = new MemoryStore();
        world = new DerivedWorld(store, 31) { HasPlainNumbers = true };
        await world.WriteAsync("binance", 0, 20);
        await world.WriteAsync("kraken", 0, 1);
        await database.Loader(store).LoadAsync(new(T0 - Minute, T0 + 60 * Minute), new(), TestContext.Current.CancellationToken);
        return database;
    }

    private IEnumerable<(string Exchange, JsonElement Row)> Rows(DerivedDataset dataset) => world.Rows(dataset).Select(static row => (row.Exchange, row.Row));

    /// <summary>The bars of one minute of one market.</summary>
    private IEnumerable<JsonElement> Minutes() => Rows(DerivedDataset.Bars).Where(static row => row.Exchange == "binance" && Integer(row.Row, "minutes") == 1 && Text(row.Row, "pair") == "BTC-USDT").Select(static row => row.Row);

    private IEnumerable<string> Hours() => Minutes().GroupBy(static row => Micros(row) / (60 * Minute)).Select(static hour =>
    {
        var (volume, quote) = (hour.Sum(static row => Decimal(row, "volume") ?? 0), hour.Sum(static row => Decimal(row, "quoteVolume") ?? 0));
        return string.Join('|', Show(hour.Key * 60 * Minute), Plain(volume), Math.Round(quote / volume, 4, MidpointRounding.AwayFromZero).ToString("0.0000", CultureInfo.InvariantCulture), hour.Count(static row => Decimal(row, "volume") is null));
    });

    private IEnumerable<string> Conditions() => Rows(DerivedDataset.Bars).Where(static row => Integer(row.Row, "minutes") == 1 && Micros(row.Row) >= Midnight)
        .CountBy(static row => string.Join('|', row.Exchange, Text(row.Row, "pair"), Text(row.Row, "condition"))).Select(static one => $"{one.Key}|{one.Value}");

    private IEnumerable<string> FiveMinutes()
    {
        var metrics = Rows(DerivedDataset.BookMetrics).Where(static row => row.Exchange == "binance" && Text(row.Row, "pair") == "ETH-USDT" && Integer(row.Row, "seconds") == 60).ToDictionary(static row => Micros(row.Row), static row => row.Row);
        return Rows(DerivedDataset.Bars).Where(static row => row.Exchange == "binance" && Text(row.Row, "pair") == "ETH-USDT" && Integer(row.Row, "minutes") == 5).Select(row =>
        {
            var metric = metrics[Micros(row.Row) + 5 * Minute];
            return $"{Line(Time(row.Row), row.Row, "open", "high", "low", "close")}|{Number(metric, "spreadBps")}|{Number(metric, "imbalance10")}|{(Text(metric, "nulls") is null ? "" : "beyond-horizon")}";
        });
    }

    private IEnumerable<string> Quote()
    {
        var last = Rows(DerivedDataset.Quotes).Last(static row => row.Exchange == "binance" && Text(row.Row, "pair") == "BTC-USDT" && Micros(row.Row) <= Midnight + Minute / 2).Row;
        return [$"{Line(Time(last), last, "bid", "bidSize", "ask", "askSize")}|{Text(last, "condition")}"];
    }

    private static string Line(string first, JsonElement row, params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
            first += $"|{Number(row, column)}";
        return first;
    }

    private static string Number(JsonElement row, string column) => row.GetProperty(column) is { ValueKind: JsonValueKind.String } text ? Plain(decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture))
        : row.GetProperty(column) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : "";

    private static string Double(JsonElement row, string column) => Decimal(row, column) is { } number ? ((double)number).ToString(CultureInfo.InvariantCulture) : "";

    private static string Plain(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static decimal? Decimal(JsonElement row, string column) => Text(row, column) is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string? Text(JsonElement row, string column) => row.GetProperty(column).GetString();

    private static long Integer(JsonElement row, string column) => row.GetProperty(column).GetInt64();

    private static long Micros(JsonElement row) => Integer(row, "ts");

    private static string Time(JsonElement row) => Show(Micros(row));

    private static string Show(long micros) => Convert.ToString(Core.Time.Micros.ToDateTime(micros), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"```sql\n-- (?<name>[^\n]+)\n(?<sql>.*?)```", RegexOptions.Singleline)]
    private static partial Regex SqlBlock();

    [GeneratedRegex(@"\$__timeFilter\((?<column>\w+)\)")]
    private static partial Regex TimeFilter();
}
