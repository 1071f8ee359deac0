using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Candles;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Schemas;
using Ingester.Simulator;
using Ingester.Storage.Stores;
using Ingester.Testing;

namespace Ingester.Integration.Tests.Candles;

/// <summary>
/// <c>ingester candles --compare</c>: the candles of the simulator equal the bars of its recorded trades to the last digit, and each difference that is planted
/// gets its cause and no other.
/// </summary>
public sealed class CandleComparisonTests : IDisposable
{
    private const string Exchange = "binance-futures";
    private const string Pair = "BTC-USDT-PERP";
    private const int Minutes = 12;

    private const int MissingTrades = 3;
    private const int Unfinished = 4;
    private const int Rounding = 5;
    private const int Revised = 6;
    private const int OtherTrades = 7;
    private const int QuietMinute = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly DateTimeOffset Begin = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-compare-").FullName;

    [Fact]
    public async Task Candles_equal_the_bars_and_each_planted_difference_gets_its_cause_and_no_other()
    {
        var clock = new ManualClock(Begin);
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = [Exchange], EventsPerSecond = 0, Markets = 1, BookLevels = 10 }, clock);
        for (; clock.GetUtcNow() < Begin + Minutes * Minute; clock.Advance(TimeSpan.FromSeconds(4)))
            if (MinuteOf(Micros.Now(clock)) != QuietMinute)
                simulator.Generate(Exchange, 6, Pair);
        clock.Advance(TimeSpan.FromSeconds(10));
        var trades = await FetchTradesAsync(simulator);
        await ImportAsync(trades);
        using (var rig = new CandleRig(simulator, Exchange, clock) { Target = new DirectoryStore(Path.Combine(folder, "data"), clock) })
            await rig.RunAsync(new() { Patterns = [Pair] }, Falsify(rig.Request(Minute), trades) with { Since = Begin + Minute });
        await RunAsync("derive", "--from", Text(Begin), "--to", Text(Begin + Minutes * Minute), "--dataset", "bars");

        var (exit, lines) = await CompareAsync(1);
        Assert.Equal(1, exit);
        Assert.Equal(
            [
                (MissingTrades, "unknown", "missing-trades"), (Unfinished, "explained", "unfinished"), (Rounding, "explained", "rounding"),
                (Revised, "unexplained", "unknown"), (OtherTrades, "explained", "other-trades"),
            ],
            lines[..^1].Select(line => (MinuteOf(line.GetProperty("ts").GetInt64()), Text(line, "verdict"), Text(line, "cause"))));
        Assert.Equal((10, 5, 3, 1, 1), (Count(lines, "candles"), Count(lines, "equal"), Count(lines, "explained"), Count(lines, "unexplained"), Count(lines, "unknown")));
        Assert.Contains("1 messages are missing", Text(lines[0], "explanation"), StringComparison.Ordinal);
        Assert.Contains("volume ", lines[3].GetProperty("differences")[0].GetString(), StringComparison.Ordinal);

        var (again, requested) = await CompareAsync(1, "--refetch", "--set", $"Exchanges:{Exchange}:Rest={simulator.RestAddress(Exchange)}");
        Assert.Equal((3, "revised"), (again, Text(requested[3], "cause")));
        Assert.Equal((0, 2), ((await CompareAsync(9)) is var (last, equal) ? (last, Count(equal, "equal")) : default));
        var text = await RunAsync("candles", Exchange, "--interval", "1m", "--since", Text(Begin + Minute), "--compare");
        Assert.Contains($"explained (unfinished): {Exchange} {Pair} 1m 2026-11-20T10:04Z: ", text.Output, StringComparison.Ordinal);
        Assert.EndsWith("10 candles: 5 equal, 3 differ with a reason, 1 differ without one, 1 without a known bar.\n", text.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>All trades of the simulated market, by its history of single trades.</summary>
    private static async Task<List<JsonElement>> FetchTradesAsync(ExchangeSimulator simulator)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-MBX-APIKEY", "any"); // the history of futures requires a key
        var trades = new List<JsonElement>();
        for (var isLast = false; !isLast;)
        {
            var from = trades.Count > 0 ? trades[^1].GetProperty("id").GetInt64() + 1 : 0;
            var address = string.Create(CultureInfo.InvariantCulture, $"{simulator.RestAddress(Exchange)}/fapi/v1/historicalTrades?symbol=BTCUSDT&fromId={from}&limit=500");
            using var page = JsonDocument.Parse(await http.GetStringAsync(address, TestContext.Current.CancellationToken));
            trades.AddRange(page.RootElement.EnumerateArray().Select(trade => trade.Clone()));
            isLast = page.RootElement.GetArrayLength() == 0;
        }

        return trades;
    }

    /// <summary>The frames of all trades, with one trade of the insurance fund more, and without one of the minute that lacks trades.</summary>
    private async Task ImportAsync(List<JsonElement> trades)
    {
        var frames = new StringBuilder();
        var (id, isInsured) = (0, false);
        var lost = trades.FindIndex(trade => MinuteOf(Time(trade)) == MissingTrades) + 1;
        for (var index = 0; index < trades.Count; index++)
        {
            var trade = trades[index];
            if (index != lost)
                AddFrame(frames, id, trade, "MARKET");
            id++;
            if (isInsured || MinuteOf(Time(trade)) != OtherTrades)
                continue;
            AddFrame(frames, id++, trade, "INSURANCE_FUND");
            isInsured = true;
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "a.ws.tsv"), frames.ToString());
        Assert.Equal(0, (await RunAsync("import", Exchange, "a.ws.tsv")).Exit);
    }

    private static void AddFrame(StringBuilder frames, int id, JsonElement trade, string type) => frames.Append(CultureInfo.InvariantCulture,
        $$$"""
        {{{Time(trade) / 1e6:0.000000}}}	{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{Time(trade) / 1_000}}},"T":{{{Time(trade) / 1_000}}},"s":"BTCUSDT","t":{{{1_000 + id}}},"p":"{{{Text(trade, "price")}}}","q":"{{{Text(trade, "qty")}}}","m":{{{(trade.GetProperty("isBuyerMaker").GetBoolean() ? "true" : "false")}}},"X":"{{{type}}}"}}

        """);

    /// <summary>An exchange whose candles of some minutes differ from the trades.</summary>
    private static CandleRequest Falsify(CandleRequest request, List<JsonElement> trades)
    {
        var parse = request.Endpoint.Parse;
        return request with
        {
            Endpoint = request.Endpoint with
            {
                Parse = body => [.. parse(body).Where(candle => MinuteOf(candle.StartMicros) < Minutes - 1).Select(candle => Falsify(candle, trades))], // the last minute is not proven: nothing follows
            },
        };
    }

    private static Candle Falsify(Candle candle, List<JsonElement> trades)
    {
        var inside = trades.FindAll(trade => MinuteOf(Time(trade)) == MinuteOf(candle.StartMicros));
        return MinuteOf(candle.StartMicros) switch
        {
            Unfinished => Sum(candle, inside[..^2]),
            Rounding => candle with { QuoteVolume = Math.Round(Number(candle.QuoteVolume!), 1).ToString(CultureInfo.InvariantCulture) },
            Revised => candle with { Volume = Text(Number(candle.Volume) + 1) },
            OtherTrades => Sum(candle, [inside[0], .. inside]),
            _ => candle,
        };
    }

    private static Candle Sum(Candle candle, List<JsonElement> trades)
    {
        var bought = trades.FindAll(trade => !trade.GetProperty("isBuyerMaker").GetBoolean());
        var prices = trades.ConvertAll(trade => Number(Text(trade, "price")));
        return candle with
        {
            Open = Text(prices[0]),
            High = Text(prices.Max()),
            Low = Text(prices.Min()),
            Close = Text(prices[^1]),
            Volume = Text(trades.Sum(Size)),
            QuoteVolume = Text(trades.Sum(Value)),
            Trades = trades.Count,
            BuyVolume = Text(bought.Sum(Size)),
            BuyQuoteVolume = Text(bought.Sum(Value)),
        };

        static decimal Size(JsonElement trade) => Number(Text(trade, "qty"));
        static decimal Value(JsonElement trade) => Number(Text(trade, "price")) * Size(trade);
    }

    private async Task<(int Exit, List<JsonElement> Lines)> CompareAsync(int fromMinute, params string[] further)
    {
        var (exit, output, error) = await RunAsync(["candles", Exchange, "--interval", "1m", "--since", Text(Begin + fromMinute * Minute), "--compare", "--json", .. further]);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.True(lines.Count > 0, error);
        Assert.All(lines, static line => PublishedSchema.Validate("candles-compare-1", line.GetRawText()));
        return (exit, lines);
    }

    private Task<EndedCommand> RunAsync(params string[] arguments) => EndedCommand.RunAsync(folder, Patience, [.. arguments, "--store", "data"]);

    private static int MinuteOf(long micros) => (int)((micros - Micros.From(Begin)) / Micros.From(Minute));

    private static long Time(JsonElement trade) => trade.GetProperty("time").GetInt64() * 1_000;

    private static string Text(JsonElement json, string name) => json.GetProperty(name).ToString();

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static int Count(List<JsonElement> lines, string name) => lines[^1].GetProperty(name).GetInt32();
}
