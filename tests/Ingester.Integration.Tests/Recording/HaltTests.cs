using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Recording;

/// <summary>Markets that are halted, delisted and listed again while the recorder runs: nothing is lost without a word.</summary>
public sealed class HaltTests
{
    private const int Rate = 30;
    private const string Market = "BTC-USDT";
    private static readonly StreamId Trades = new(Dataset.Trades, "binance", Market);

    [Fact]
    public async Task A_halted_market_stays_subscribed_and_loses_no_trade_when_it_resumes()
    {
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = Rate };
        await using var simulator = await StartAsync(clock);
        await using var replica = await Replica.StartAsync(simulator, clock, Often());
        simulator.Generate("binance", 40, Market);
        simulator.SetMarketState("binance", Market, MarketState.Halted);
        await DiscoveriesAsync(replica, 5);
        simulator.SetMarketState("binance", Market, MarketState.Trading);
        simulator.Generate("binance", 40, Market); // at once: before the next market list can say that it trades again
        await DiscoveriesAsync(replica, 2);
        await SettleAsync(replica);
        var check = await replica.StopAsync();

        Assert.Empty(await check.ReadGapsAsync(CancellationToken.None));
        Assert.Empty((await check.CheckStreamAsync(Trades, [.. simulator.Truth(Trades)], CancellationToken.None)).Errors);
        Assert.DoesNotContain(await RowsAsync(replica, Dataset.Coverage), row => row.GetProperty("state").GetString() == "delisted");
        Assert.Equal(["TRADING", "BREAK", "TRADING"], (await InstrumentsAsync(replica)).Select(row => row.GetProperty("status").GetString()));
        Assert.Equal(["trading", "halted", "trading"], (await InstrumentsAsync(replica)).Select(row => row.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Market_missing_in_three_lists_is_removed_and_the_gap_until_its_return_is_backfilled()
    {
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = Rate };
        await using var simulator = await StartAsync(clock);
        await using var replica = await Replica.StartAsync(simulator, clock, Often());
        simulator.Generate("binance", 60, Market);
        await SettleAsync(replica);
        simulator.SetMarketState("binance", Market, MarketState.Delisted);
        await replica.UntilAsync(() => Streams(replica) == 2); // those of the other market
        simulator.SetMarketState("binance", Market, MarketState.Trading);
        simulator.Generate("binance", 60, Market); // before it is subscribed again
        await replica.UntilAsync(() => Streams(replica) == 4);
        simulator.Generate("binance", 60, Market);
        await replica.UntilAsync(() => replica.State.Meter.BackfillsCompleted.TotalOf("closed") > 0);
        await SettleAsync(replica);
        var check = await replica.StopAsync();

        var gaps = (await check.ReadGapsAsync(CancellationToken.None)).Where(gap => gap.Stream == Trades).ToList();
        var missing = Assert.Single(gaps, gap => gap.Cause == "disconnect").Missing;
        Assert.NotNull(missing);
        Assert.Equal(missing, Assert.Single(gaps, gap => gap.Cause == "backfill").Missing);
        Assert.Empty((await check.CheckStreamAsync(Trades, [.. simulator.Truth(Trades)], CancellationToken.None, replays: true)).Errors);
        Assert.Contains(await RowsAsync(replica, Dataset.Coverage), row =>
            row.GetProperty("state").GetString() == "delisted" && row.GetProperty("pair").GetString() == Market && row.GetProperty("dataset").GetString() == "trades");
        Assert.Equal(["trading", "delisted", "trading"], (await InstrumentsAsync(replica)).Select(row => row.GetProperty("state").GetString()));
        Assert.Equal(JsonValueKind.Null, (await InstrumentsAsync(replica))[1].GetProperty("status").ValueKind);
    }

    private static Task<ExchangeSimulator> StartAsync(ClockOptions clock) => ExchangeSimulator.StartAsync(
        new() { Exchanges = ["binance"], Markets = 2, EventsPerSecond = 0, EnforceLimits = false }, SimulatedClock.Create(clock));

    private static Dictionary<string, string?> Often() => new()
    {
        ["Ingester:Exchanges:binance:DiscoveryInterval"] = "00:00:01",
        ["Ingester:Exchanges:binance:RepairDelay"] = "00:00:00.500",
    };

    private static int Streams(Replica replica) => replica.State.Exchanges.Sum(exchange => exchange is { StreamsSubscribed: var now, StreamsWanted: var wanted } && now == wanted ? now : 0);

    private static async Task DiscoveriesAsync(Replica replica, int lists)
    {
        var before = replica.State.Meter.MarketListRefreshes.TotalOf("read");
        await replica.UntilAsync(() => replica.State.Meter.MarketListRefreshes.TotalOf("read") >= before + lists);
    }

    /// <summary>Half a minute of the clock: what is on its way arrives.</summary>
    private static async Task SettleAsync(Replica replica)
    {
        var now = Micros.Now(replica.Clock);
        await replica.UntilAsync(() => Micros.Now(replica.Clock) > now + Rate * 1_000_000L);
    }

    private static async Task<List<JsonElement>> InstrumentsAsync(Replica replica) =>
        [.. (await RowsAsync(replica, Dataset.Instruments)).Where(row => row.GetProperty("pair").GetString() == Market)];

    private static async Task<List<JsonElement>> RowsAsync(Replica replica, Dataset dataset)
    {
        var rows = new List<JsonElement>();
        await foreach (var listed in replica.Store.ListAsync($"{dataset.Name()}/", CancellationToken.None))
        {
            Assert.True(JournalKey.TryParse("", listed.Key, out _), listed.Key);
            await using var body = await replica.Store.GetAsync(listed.Key, CancellationToken.None);
            using var reader = new StreamReader(new GZipStream(body!, CompressionMode.Decompress));
            while (await reader.ReadLineAsync() is { } line)
                rows.Add(JsonDocument.Parse(line).RootElement);
        }

        return [.. rows.OrderBy(row => row.GetProperty("ts").GetInt64())];
    }
}
