using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Recording.Planning;
using Ingester.Testing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading.Instruments;

public sealed class InstrumentReaderTests
{
    private static readonly Market Bitcoin = new("BTC-USDT", "BTCUSDT");
    private static readonly Market Ether = new("ETH-USDT", "ETHUSDT");
    private static readonly DateTimeOffset Noon = new(2025, 10, 25, 12, 0, 0, TimeSpan.Zero);

    private readonly MemoryStore store = new();

    [Fact]
    public async Task Markets_at_a_moment_are_the_union_of_the_replicas_with_the_latest_row_of_each()
    {
        await WriteAsync("a", Noon, (TimeSpan.Zero, [On(Bitcoin, "0.01")]), (TimeSpan.FromMinutes(10), [On(Bitcoin, "0.1")]));
        await WriteAsync("b", Noon.AddMinutes(5), (TimeSpan.Zero, [On(Bitcoin, "0.01"), On(Ether, "1")]));
        Assert.Empty(await ReadAsync(Noon.AddSeconds(-1)));
        Assert.Equal(["BTC-USDT 0.01 a"], await ReadAsync(Noon));
        Assert.Equal(["BTC-USDT 0.01 b", "ETH-USDT 1 b"], await ReadAsync(Noon.AddMinutes(5)));
        Assert.Equal(["BTC-USDT 0.1 a", "ETH-USDT 1 b"], await ReadAsync(Noon.AddMinutes(10)));
        Assert.Equal(["BTC-USDT 0.1 a", "ETH-USDT 1 b"], await ReadAsync(Noon.AddHours(23)));
        Assert.Empty(await ReadAsync(Noon.AddHours(48)));
    }

    [Fact]
    public async Task Row_has_every_field_and_rows_of_earlier_versions_lack_the_facts()
    {
        await WriteAsync("a", Noon, (TimeSpan.Zero, [On(Bitcoin, "0.01"), new(Ether, null, MarketState.Delisted)]));
        using var archive = new MarketArchive(store, "md");
        var list = await archive.ReadInstrumentsAsync("binance", Noon);
        Assert.Equal(
            new()
            {
                Exchange = "binance", Market = "BTC-USDT", Symbol = "BTCUSDT", Micros = Micros.From(Noon), Replica = "a", Status = "TRADING", State = "trading", Type = "perpetual", Base = "BTC",
                Quote = "USDT", Settle = "USDT", Tick = "0.01", Lot = "1", MinSize = "2", MinNotional = "3", ContractSize = "4", Expiry = 1_000_000,
            },
            list.Markets[0]);
        Assert.Equal(new() { Exchange = "binance", Market = "ETH-USDT", Symbol = "ETHUSDT", Micros = Micros.From(Noon), Replica = "a", State = "delisted" }, list.Markets[1]);
    }

    [Fact]
    public async Task Object_of_a_newer_format_is_named_and_the_others_are_read()
    {
        await WriteAsync("a", Noon, (TimeSpan.Zero, [On(Bitcoin, "0.01")]));
        await WriteAsync("b", Noon, (TimeSpan.Zero, [On(Bitcoin, "0.01"), On(Ether, "1")]));
        var newer = store.Keys.Single(key => key.Contains("_b_", StringComparison.Ordinal));
        store.Forge(newer, store.Body(newer), store.Metadata(newer) with { Format = "3" });
        using var archive = new MarketArchive(store, "md");
        var list = await archive.ReadInstrumentsAsync("binance", Noon);
        Assert.Equal("BTC-USDT", Assert.Single(list.Markets).Market);
        Assert.Equal($"{newer} is not readable: it has format 3, and this version reads formats up to 2; read it with a newer version.", Assert.Single(list.Unreadable));
    }

    private static ListedMarket On(Market market, string tick) => new(market, "TRADING", MarketState.Trading)
    {
        Facts = new(InstrumentType.Perpetual, market.Name[..3], "USDT")
        {
            Settle = "USDT", Tick = tick, Lot = "1", MinSize = "2", MinNotional = "3", ContractSize = "4", Expiry = DateTimeOffset.UnixEpoch.AddSeconds(1),
        },
    };

    private async Task<IEnumerable<string>> ReadAsync(DateTimeOffset at)
    {
        using var archive = new MarketArchive(store, "md");
        var list = await archive.ReadInstrumentsAsync("binance", at);
        Assert.Empty(list.Unreadable);
        return list.Markets.Select(market => $"{market.Market} {market.Tick} {market.Replica}");
    }

    private async Task WriteAsync(string replica, DateTimeOffset start, params (TimeSpan After, ListedMarket[] List)[] lists)
    {
        var clock = new ManualClock(start);
        await using var rig = new WriterRig(store, clock, replica);
        var journal = new InstrumentJournal("binance", rig.Writer, clock);
        foreach (var (after, list) in lists)
        {
            clock.Advance(start + after - clock.GetUtcNow());
            journal.OnMarketList(list, []);
        }

        await rig.CompleteAsync();
    }
}
