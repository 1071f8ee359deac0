using System.Globalization;
using System.Text.Json;
using Ingester.Testing.Stores;

namespace Ingester.Integration.Tests.Queries;

/// <summary>The views of trades, on DuckDB and as Athena has them, where ids are numbers with an order, numbers without one, other texts, or absent.</summary>
public sealed class TradeIdQueryTests : IDisposable
{
    private const long Start = 1795132800_000_000; // 2026-11-20 00:00 UTC

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-trade-ids-").FullName;

    public static TheoryData<string> Engines => ["DuckDB", "Athena"];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, MemberData(nameof(Engines))]
    public async Task Trades_are_returned_once_whatever_their_ids_are(string engine)
    {
        var (counting, texts, unordered, without) = (Trades("binance"), Trades("bybit-linear"), Trades("upbit"), Trades("woox"));
        Write(counting, 0, "_8_9", true, Row("9", 1, "5"));
        Write(counting, 0, "_8_10", false, Row("9", 1, "5.00"), Row("10", 2, "6"));
        Write(texts, 0, "", true, Row("5b3e-a1", 1, "5"), Row("5b3e-a2", 1, "5"));
        Write(texts, 0, "_n3_00000000000000aa", false, Row("5b3e-a1", 1, "5.0"), Row("5b3e-a2", 1, "7"), Row("5b3e-a3", 2, "5"));
        Write(unordered, 0, "", true, Row("17990000000000001", 2, "5"), Row("17980000000000009", 3, "6"));
        Write(unordered, 0, "_n1_0000000000000012", false, Row("17980000000000009", 3, "6"));
        Write(without, 0, "", true, Row("", 1, "5"), Row("", 1, "5"), Row("", 2, "6"));
        Write(without, 0, "_n4_00000000000000bb", false, Row("", 1, "5"), Row("", 1, "5"), Row("", 2, "6"), Row("", 3, "6"));
        Write(without, 1, "_n2_00000000000000cc", false, Row("", 61, "7"), Row("", 62, "7"));
        Write(without, 1, "_n3_00000000000000dd", false, Row("", 61, "7"), Row("", 62, "7"), Row("", 62, "7"));

        var rows = await AskAsync($"all of trades_all: {engine}");

        Assert.Equal(["9 9 5 True False", "10 10 6 False False"], Found(rows, "binance"));
        Assert.Equal(["5b3e-a1 - 5 True False", "5b3e-a2 - 5 True True", "5b3e-a2 - 7 False True", "5b3e-a3 - 5 False False"], Found(rows, "bybit-linear"));
        Assert.Equal(["17990000000000001 - 5 True False", "17980000000000009 - 6 True False"], Found(rows, "upbit"));
        Assert.Equal([" - 5 True False", " - 5 True False", " - 6 True False", " - 7 False False", " - 7 False False", " - 7 False False"], Found(rows, "woox"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Candles_open_with_the_first_trade_by_its_id_or_else_by_its_time(string engine)
    {
        Write(Trades("binance"), 0, "_8_10", true, Row("9", 2, "5"), Row("10", 1, "6"));
        Write(Trades("binance") with { Pair = "ETH-USDT" }, 0, "", true, Row("2", 1, "5"), Row("1", 2, "6"));

        var rows = await AskAsync(engine == "Athena" ? "candles.sql" : "all of candles: DuckDB");

        Assert.Equal(["BTC-USDT", "ETH-USDT"], rows.Select(row => Text(row, "pair")).Order());
        Assert.All(rows, row => Assert.Equal((5m, 6m), (Price(row, "open"), Price(row, "close"))));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Gap_that_a_published_file_closed_is_not_open(string engine)
    {
        Write(Trades("binance"), 0, "_1_2", false, Row("2", 1, "5"));
        Assert.Equal("skip", Text(Assert.Single(await AskAsync($"all of gaps_open: {engine}")), "cause"));
        Put(StoredText.Journal("gaps", Trades("binance"), Start, "repair"), $$"""{"ts":{{Start}},"dataset":"trades","pair":"BTC-USDT","after":1,"upto":2,"from":{{Start}},"to":{{Start}},"cause":"archive","file":"BTCUSDT-trades-2026-11-20.zip","sha256":"{{new string('a', 64)}}"}""");
        Assert.Empty(await AskAsync($"all of gaps_open: {engine}"));
        Assert.Equal("2", Text(Assert.Single(await AskAsync($"all of trades_all: {engine}")), "id"));
    }

    private static Market Trades(string exchange) => new("trades", exchange, "BTC-USDT", Numbered: false);

    private static string Row(string id, int second, string price) =>
        $$"""{"id":"{{id}}","ts":{{Start + second * 1_000_000L}},"side":"buy","price":"{{price}}","size":"1"}""";

    private static string[] Found(List<JsonElement> rows, string exchange) =>
    [
        .. from row in rows
           where Text(row, "exchange") == exchange
           orderby Text(row, "ts"), Text(row, "id"), Text(row, "whole") descending
           let sequence = row.GetProperty("sequence")
           select $"{Text(row, "id")} {(sequence.ValueKind == JsonValueKind.Null ? "-" : sequence)} {Price(row, "price"):0.##} {Text(row, "whole")} {Text(row, "conflict")}",
    ];

    private static string Text(JsonElement row, string name) => row.GetProperty(name).ToString();

    private static decimal Price(JsonElement row, string name) => decimal.Parse(Text(row, name), CultureInfo.InvariantCulture);

    /// <summary>The rows of a statement; the views need a journal and a diff.</summary>
    private async Task<List<JsonElement>> AskAsync(string statement)
    {
        var market = Trades("binance");
        Put(StoredText.Journal("gaps", market, Start, "a"), $$"""{"ts":{{Start}},"dataset":"trades","pair":"BTC-USDT","after":1,"upto":2,"from":{{Start}},"to":{{Start}},"cause":"skip"}""");
        Write(market with { Dataset = "depth" }, 0, "_8_9", true, $$"""{"ts":{{Start}},"after":8,"upto":9,"bids":[],"asks":[]}""");
        var answers = await QueryEngine.RunAsync("query.mjs", [folder, QueryEngine.Repository, "2026-11-20"], TestContext.Current.CancellationToken);
        var answer = answers.GetProperty(statement);
        Assert.True(answer.TryGetProperty("rows", out var rows), answer.ToString());
        return [.. rows.EnumerateArray()];
    }

    private void Write(Market market, int minute, string tail, bool whole, params string[] rows) =>
        Put(StoredText.Segment(market, Start + minute * StoredText.Minute, 1, whole, tail), rows);

    private void Put(string key, params string[] rows)
    {
        var file = Path.Combine(folder, key);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, StoredText.Pack(string.Concat(rows.Select(row => row + "\n"))));
    }
}
