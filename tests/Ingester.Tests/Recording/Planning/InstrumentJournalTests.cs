using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Recording.Planning;
using Ingester.Testing;
using Ingester.Tests.Core.Segments;

namespace Ingester.Tests.Recording.Planning;

public sealed class InstrumentJournalTests
{
    private static readonly Market Bitcoin = new("BTC-USDT", "BTCUSDT");
    private static readonly Market Ether = new("ETH-USDT", "ETHUSDT");

    private readonly CollectingOutput output = new();
    private readonly ManualClock clock = new(new DateTimeOffset(2025, 10, 25, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_row_is_written_at_the_start_and_at_every_change_and_only_then()
    {
        var journal = new InstrumentJournal("binance", output, clock);
        journal.OnMarketList([On(Bitcoin), On(Ether)], []);
        journal.OnMarketList([On(Bitcoin), On(Ether)], []);
        Assert.Equal(
            [
                $$"""{"ts":{{Micros.Now(clock)}},"pair":"BTC-USDT","symbol":"BTCUSDT","status":"TRADING","state":"trading"}""",
                $$"""{"ts":{{Micros.Now(clock)}},"pair":"ETH-USDT","symbol":"ETHUSDT","status":"TRADING","state":"trading"}""",
            ],
            Rows);
        journal.OnMarketList([new(Bitcoin, "BREAK", MarketState.Halted), On(Ether)], []);
        journal.OnMarketList([new(Bitcoin, "HALT", MarketState.Halted), On(Ether)], []);
        journal.OnMarketList([On(Bitcoin), On(Ether)], []);
        Assert.Equal(
            ["\"status\":\"BREAK\",\"state\":\"halted\"}", "\"status\":\"HALT\",\"state\":\"halted\"}", "\"status\":\"TRADING\",\"state\":\"trading\"}"],
            Rows.Skip(2).Select(row => row[row.IndexOf("\"status\"", StringComparison.Ordinal)..]));
    }

    [Fact]
    public void Facts_of_the_market_list_are_in_the_row_and_a_changed_tick_is_a_new_row()
    {
        var journal = new InstrumentJournal("okx", output, clock);
        var facts = new InstrumentFacts(InstrumentType.Future, "BTC", "USD")
        {
            Settle = "BTC", Tick = "0.1", Lot = "1", MinSize = "2", MinNotional = "5", ContractSize = "100", Expiry = new(2025, 12, 26, 8, 0, 0, TimeSpan.Zero),
        };
        const string Start = "\"state\":\"trading\",\"type\":\"future\",\"base\":\"BTC\",\"quote\":\"USD\",\"settle\":\"BTC\",\"tick\":\"";
        const string End = "\",\"lot\":\"1\",\"minSize\":\"2\",\"minNotional\":\"5\",\"contractSize\":\"100\",\"expiry\":1766736000000000}";
        journal.OnMarketList([On(Bitcoin) with { Facts = facts }], []);
        journal.OnMarketList([On(Bitcoin) with { Facts = facts with { } }], []);
        journal.OnMarketList([On(Bitcoin) with { Facts = facts with { Tick = "0.5" } }], []);
        journal.OnMarketList([], [new(Bitcoin, Status: null, MarketState.Delisted)]);
        Assert.Equal(3, Rows.Count());
        Assert.EndsWith(Start + "0.1" + End, Rows.First(), StringComparison.Ordinal);
        Assert.EndsWith(Start + "0.5" + End, Rows.ElementAt(1), StringComparison.Ordinal);
        Assert.EndsWith("\"status\":null,\"state\":\"delisted\"" + Start[Start.IndexOf(",\"type", StringComparison.Ordinal)..] + "0.5" + End, Rows.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_a_market_is_one_row_with_the_exchanges_word_or_none()
    {
        var journal = new InstrumentJournal("binance-futures", output, clock);
        journal.OnMarketList([On(Bitcoin), On(Ether)], []);
        var settling = new ListedMarket(Bitcoin, "SETTLING", MarketState.Delisted);
        journal.OnMarketList([settling, On(Ether)], [settling]);
        journal.OnMarketList([settling], [new(Ether, Status: null, MarketState.Delisted)]);
        journal.OnMarketList([settling], []);
        Assert.Equal(4, Rows.Count());
        Assert.Contains("\"symbol\":\"BTCUSDT\",\"status\":\"SETTLING\",\"state\":\"delisted\"}", Rows.ElementAt(2), StringComparison.Ordinal);
        Assert.Contains("\"symbol\":\"ETHUSDT\",\"status\":null,\"state\":\"delisted\"}", Rows.ElementAt(3), StringComparison.Ordinal);
        journal.OnMarketList([settling, On(Ether)], []);
        Assert.EndsWith("\"symbol\":\"ETHUSDT\",\"status\":\"TRADING\",\"state\":\"trading\"}", Rows.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_rows_are_written_again_when_a_day_begins()
    {
        var journal = new InstrumentJournal("binance", output, clock);
        using var stop = new CancellationTokenSource();
        var run = journal.RunAsync(stop.Token);
        journal.OnMarketList([On(Bitcoin), new(Ether, "BREAK", MarketState.Halted)], []);
        for (var hour = 0; hour < 11; hour++)
        {
            await clock.TimerWithinAsync(TimeSpan.FromHours(1));
            await clock.AdvanceAsync(TimeSpan.FromHours(1));
        }

        Assert.Equal(2, Rows.Count());
        await clock.TimerWithinAsync(TimeSpan.FromHours(1));
        await clock.AdvanceAsync(TimeSpan.FromHours(1));
        await clock.TimerWithinAsync(TimeSpan.FromHours(1));
        var midnight = Micros.From(new DateTimeOffset(2025, 10, 26, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UnixEpoch);
        Assert.Equal(4, Rows.Count());
        Assert.All(Rows.Skip(2), row => Assert.StartsWith($"{{\"ts\":{midnight},", row, StringComparison.Ordinal));
        await stop.CancelAsync();
        await run.WaitAsync(ManualClock.Patience);
    }

    [Fact]
    public void Names_are_escaped()
    {
        var journal = new InstrumentJournal("x", output, clock);
        journal.OnMarketList([new(new("A\"-B", "A\\B"), "a\u2028b", MarketState.Halted)], []);
        var row = System.Text.Json.JsonDocument.Parse(Assert.Single(Rows)).RootElement;
        Assert.Equal(("A\"-B", "A\\B", "a\u2028b"), (row.GetProperty("pair").GetString(), row.GetProperty("symbol").GetString(), row.GetProperty("status").GetString()));
    }

    private static ListedMarket On(Market market) => new(market, "TRADING", MarketState.Trading);

    private IEnumerable<string> Rows => output.Lines(Dataset.Instruments);
}
