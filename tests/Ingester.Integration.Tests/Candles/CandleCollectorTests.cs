using System.Globalization;
using System.Text.Json;
using Ingester.Candles;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Deriving.Candles;
using Ingester.Simulator;
using Ingester.Simulator.Options;
using Ingester.Storage.Stores;
using Ingester.Testing;

namespace Ingester.Integration.Tests.Candles;

/// <summary>Candles of simulated exchanges: what is requested, what is stored, and what happens when something fails.</summary>
[Collection(AloneCollection.Name)] // its clock is fast
public sealed class CandleCollectorTests
{
    private const string Futures = "binance-futures";

    private const double Rate = 15; // the limit of a request is 30 s of the clock: two seconds in which a hundred requests are answered

    /// <summary>So many markets, of which 500 are USDT perpetuals.</summary>
    private const int Markets = 530;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly CandleSelection UsdtPerpetuals = new() { Quotes = ["USDT"], Types = [InstrumentType.Perpetual] };
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task Newest_candles_of_500_perpetuals_cost_a_fifth_of_the_default_and_three_failing_markets_are_named()
    {
        var clock = new SimulatedClock(new() { Rate = Rate }, TimeProvider.System);
        await using var simulator = await StartAsync(clock, Markets);
        foreach (var market in new[] { "BTC-USDT-PERP", "ETH-USDT-PERP", "A0100-USDT-PERP" })
            simulator.FailCandles(Futures, market);
        using var rig = new CandleRig(simulator, Futures, clock);
        var report = await rig.RunAsync(UsdtPerpetuals, rig.Request(Hour));
        Assert.Equal((500, 500), (report.Markets, report.Series));
        Assert.Equal(["A0100-USDT-PERP", "BTC-USDT-PERP", "ETH-USDT-PERP"], report.Failures.Select(failure => failure.Market));
        Assert.All(report.Failures, failure => Assert.Contains("HTTP 500", failure.Reason, StringComparison.Ordinal));
        Assert.Equal(3, report.ExitCode);
        Assert.Equal(497 * 99, report.Candles);
        Assert.Empty(simulator.Stats(Futures).Refused);
        const int Repeated = 3 * 3; // a failed request is sent three times more
        const int DefaultWeight = 5; // of a request without a limit, which has 500 candles
        Assert.Equal(500 + Repeated, report.Weight);
        Assert.InRange(report.Weight - Repeated, 1, 500 * DefaultWeight / 5);
        Assert.Equal(report.Weight + 1, simulator.Stats(Futures).RequestWeight); // the market list
        Assert.All(Klines(rig), request => Assert.Contains("&limit=99", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_of_500_perpetuals_is_fetched_in_pages_of_499_within_the_limit_of_the_exchange()
    {
        var clock = new SimulatedClock(new() { Rate = Rate }, TimeProvider.System);
        await using var simulator = await StartAsync(clock, Markets);
        using var rig = new CandleRig(simulator, Futures, clock);
        var since = clock.GetUtcNow() - TimeSpan.FromDays(25); // 1,200 candles of half an hour: 499, 499 and 202
        var report = await rig.RunAsync(UsdtPerpetuals, rig.Request(TimeSpan.FromMinutes(30)) with { Since = since });
        Assert.Empty(report.Failures);
        Assert.Empty(simulator.Stats(Futures).Refused); // no 429, although the weight exceeds what a minute allows
        Assert.Equal((1_500, 3_000), (report.Requests, report.Weight));
        Assert.Equal(500 * 2, Klines(rig).Count(request => request.EndsWith("&limit=499", StringComparison.Ordinal)));
        Assert.InRange(report.Candles, 500 * 1_199, 500 * 1_200);
        Assert.InRange(report.Seconds, 60, 240); // of the simulated clock: the burst at once, the rest at 1,200 a minute
    }

    [Fact]
    public async Task Candles_equal_those_computed_from_the_trades_and_the_unfinished_one_is_left_out()
    {
        const string Spot = "binance";
        var clock = new ManualClock(new(2026, 11, 29, 23, 57, 0, TimeSpan.Zero));
        await using var simulator = await StartAsync(clock, 2, Spot);
        for (var second = 0; second < 300; second += 7, clock.Advance(TimeSpan.FromSeconds(7)))
            if (second is < 120 or > 180) // the minute between is without trades
                simulator.Generate(Spot, 20, "BTC-USDT");
        clock.Advance(TimeSpan.FromSeconds(10)); // 00:02:11
        using var rig = new CandleRig(simulator, Spot, clock);
        var report = await rig.RunAsync(new() { Patterns = ["BTC-USDT"] }, rig.Request(Minute) with { Since = clock.GetUtcNow() - TimeSpan.FromMinutes(6) });
        Assert.Empty(report.Failures);
        var stored = rig.Read("BTC-USDT");
        Assert.Equal(
            ["candles/exchange=binance/interval=1m/pair=BTC-USDT/year=2026/month=11/day=29/2357_2359.json.gz", "candles/exchange=binance/interval=1m/pair=BTC-USDT/year=2026/month=11/day=30/0000_0001.json.gz"],
            rig.Store.Keys.Select(key => key.Replace("/2356_", "/2357_", StringComparison.Ordinal)));
        Assert.Equal(Micros.From(new DateTimeOffset(2026, 11, 30, 0, 1, 0, TimeSpan.Zero)), stored[^1].StartMicros); // 00:02 is not over
        var trades = await FetchTradesAsync(simulator, "BTCUSDT");
        foreach (var candle in stored)
            Assert.Equal(Compute(trades, candle), Values(candle));
        Assert.Contains(stored, candle => candle.Trades == 0);
        Assert.True(stored.Sum(candle => candle.Trades) > 100);
    }

    [Fact]
    public async Task Later_run_continues_where_the_stored_candles_end_and_an_earlier_time_is_filled_in()
    {
        var clock = new ManualClock(new(2026, 11, 29, 12, 0, 30, TimeSpan.Zero));
        await using var simulator = await StartAsync(clock, 2);
        using var rig = new CandleRig(simulator, Futures, clock);
        var all = new CandleSelection { Patterns = ["BTC-USDT-PERP"] };
        Assert.Equal(10, (await rig.RunAsync(all, rig.Request(Hour) with { Newest = 10 })).Candles);
        Assert.Equal((0, 1, 0), (await rig.RunAsync(all, rig.Request(Hour))) is var again ? (again.Candles, again.UpToDate, again.Requests) : default);
        clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal((4, 1), (await rig.RunAsync(all, rig.Request(Hour))) is var next ? (next.Candles, next.Weight) : default);
        Assert.Equal(5, (await rig.RunAsync(all, rig.Request(Hour) with { Since = new(2026, 11, 28, 21, 0, 0, TimeSpan.Zero) })).Candles);
        Assert.Equal(0, (await rig.RunAsync(all, rig.Request(Hour) with { Since = new(2026, 11, 28, 21, 0, 0, TimeSpan.Zero) })).Requests);
        Assert.Equal(
            ["day=28/2100_2300", "day=29/0000_0100", "day=29/0200_1100", "day=29/1200_1500"],
            rig.Store.Keys.Select(key => key[(key.LastIndexOf("day=", StringComparison.Ordinal))..^".json.gz".Length]));
        Assert.Equal(Enumerable.Range(0, 19).Select(hour => Micros.From(new DateTimeOffset(2026, 11, 28, 21, 0, 0, TimeSpan.Zero)) + hour * Micros.From(Hour)), rig.Read("BTC-USDT-PERP").Select(candle => candle.StartMicros));
    }

    [Fact]
    public async Task Two_runs_at_once_store_each_object_once()
    {
        var clock = new ManualClock(new(2026, 11, 29, 12, 0, 30, TimeSpan.Zero));
        await using var simulator = await StartAsync(clock, 20);
        using var first = new CandleRig(simulator, Futures, clock);
        using var second = new CandleRig(simulator, Futures, clock) { Store = first.Store };
        var reports = await Task.WhenAll(first.RunAsync(new(), first.Request(Hour)), second.RunAsync(new(), second.Request(Hour)));
        Assert.Equal(20 * 99, reports.Sum(report => report.Candles));
        Assert.Equal(first.Store.Keys.Count, reports.Sum(report => report.Objects));
    }

    [Fact]
    public async Task Exchange_that_answers_429_is_asked_again_after_the_time_it_names()
    {
        var clock = new SimulatedClock(new() { Rate = Rate }, TimeProvider.System);
        await using var simulator = await StartAsync(clock, 1);
        using var rig = new CandleRig(simulator, Futures, clock);
        var refused = false;
        var request = rig.Request(Hour);
        var refusing = request with
        {
            Endpoint = request.Endpoint with
            {
                CallFor = query =>
                {
                    if (!refused)
                        simulator.Refuse(Futures, TimeSpan.FromSeconds(30));
                    refused = true;
                    return request.Endpoint.CallFor(query);
                },
            },
        };
        var report = await rig.RunAsync(new() { Patterns = ["BTC-*"] }, refusing);
        Assert.Empty(report.Failures);
        Assert.Equal((99, 2), (report.Candles, report.Requests));
        Assert.Equal(1, simulator.Stats(Futures).Refused["rest"]);
    }

    [Fact]
    public async Task Store_that_refuses_a_key_fails_that_market_only_and_the_next_run_stores_what_is_missing()
    {
        var clock = new ManualClock(new(2026, 11, 29, 12, 0, 30, TimeSpan.Zero));
        await using var simulator = await StartAsync(clock, 5);
        using var rig = new CandleRig(simulator, Futures, clock);
        rig.Store.Refused = "candles/exchange=binance-futures/interval=1h/pair=BTC-USDT-PERP/year=2026/month=11/day=29/1100_1100.json.gz";
        var report = await rig.RunAsync(new(), rig.Request(Hour) with { Newest = 1 });
        Assert.Equal(("BTC-USDT-PERP", "1h"), (Assert.Single(report.Failures).Market, report.Failures[0].Interval));
        Assert.Equal((4, 3), (report.Objects, report.ExitCode));
        rig.Store.Refused = null;
        var next = await rig.RunAsync(new(), rig.Request(Hour) with { Newest = 1 });
        Assert.Empty(next.Failures);
        Assert.Equal((1, 1, 4), (next.Objects, next.Candles, next.UpToDate));
        Assert.Equal(5, rig.Store.Keys.Count);
    }

    [Fact]
    public async Task File_of_the_newest_candles_is_overwritten_at_each_run()
    {
        var clock = new ManualClock(new(2026, 11, 29, 12, 0, 30, TimeSpan.Zero));
        await using var simulator = await StartAsync(clock, 1);
        using var rig = new CandleRig(simulator, Futures, clock);
        var folder = Directory.CreateTempSubdirectory("ingester-latest-").FullName;
        try
        {
            var latest = new LatestCandles(new DirectoryStore(folder, clock));
            foreach (var run in new[] { 0, 1, 1 })
            {
                clock.Advance(run * Hour);
                await rig.RunAsync(new() { Patterns = ["BTC-*"] }, rig.Request(Hour) with { Newest = 5 }, latest);
                using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "BTCUSDT", "1h.json")));
                var last = CandleTimes.LastFinished(clock.GetUtcNow(), Micros.From(Hour));
                Assert.Equal(Enumerable.Range(-4, 5).Select(back => last + back * Micros.From(Hour)), file.RootElement.EnumerateArray().Select(candle => candle.GetProperty("ts").GetInt64()));
            }

            Assert.Equal(7, rig.Read("BTC-USDT-PERP").DistinctBy(candle => candle.StartMicros).Count());
            Assert.Equal(7, rig.Read("BTC-USDT-PERP").Count); // what is fetched again for the file is not stored again
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<ExchangeSimulator> StartAsync(TimeProvider clock, int markets, string exchange = Futures) =>
        ExchangeSimulator.StartAsync(new() { Exchanges = [exchange], EventsPerSecond = 0, Markets = markets, BookLevels = 10, TruthDetail = TruthDetail.Counts }, clock);

    private static IEnumerable<string> Klines(CandleRig rig) => rig.Requests.Where(request => request.Contains("/klines?", StringComparison.Ordinal));

    /// <summary>All trades of the simulated market, by its history of single trades.</summary>
    private static async Task<IReadOnlyList<JsonElement>> FetchTradesAsync(ExchangeSimulator simulator, string symbol)
    {
        using var page = JsonDocument.Parse(await Http.GetStringAsync($"{simulator.RestAddress("binance")}/api/v3/historicalTrades?symbol={symbol}&fromId=0&limit=1000"));
        return [.. page.RootElement.EnumerateArray().Select(trade => trade.Clone())];
    }

    /// <summary>The plainest computation: open, high, low, close, volume, quote volume, trades, bought volume, bought quote volume.</summary>
    private static decimal[] Compute(IReadOnlyList<JsonElement> trades, Candle candle)
    {
        var inside = trades.Where(trade => trade.GetProperty("time").GetInt64() / 60_000 * 60_000_000 == candle.StartMicros).ToList();
        if (inside.Count == 0)
        {
            var before = trades.LastOrDefault(trade => trade.GetProperty("time").GetInt64() * 1_000 < candle.StartMicros, trades[0]);
            return [Price(before), Price(before), Price(before), Price(before), 0, 0, 0, 0, 0];
        }

        var bought = inside.Where(trade => !trade.GetProperty("isBuyerMaker").GetBoolean()).ToList();
        return
        [
            Price(inside[0]), inside.Max(Price), inside.Min(Price), Price(inside[^1]), inside.Sum(Size), inside.Sum(trade => Price(trade) * Size(trade)), inside.Count,
            bought.Sum(Size), bought.Sum(trade => Price(trade) * Size(trade)),
        ];
    }

    private static decimal[] Values(Candle candle) =>
    [
        Number(candle.Open), Number(candle.High), Number(candle.Low), Number(candle.Close), Number(candle.Volume), Number(candle.QuoteVolume!), candle.Trades!.Value,
        Number(candle.BuyVolume!), Number(candle.BuyQuoteVolume!),
    ];

    private static decimal Price(JsonElement trade) => Number(trade.GetProperty("price").GetString()!);

    private static decimal Size(JsonElement trade) => Number(trade.GetProperty("qty").GetString()!);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
