using Ingester.Core.Markets;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Markets.Search;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>The markets of a store are found by parts of their names, whatever characters they have.</summary>
public sealed class MarketListTests
{
    [Fact]
    public async Task Stored_markets_are_listed_with_their_datasets_and_found()
    {
        var store = new MemoryStore();
        Record(store, new(Dataset.Trades, "binance", "BTC-USDT"));
        Record(store, new(Dataset.Trades, "gemini", "BTC/USD:x"));
        Record(store, new(Dataset.AggTrades, "binance", "BTC-USDT"));
        var entries = await MarketList.ReadAsync(new MemoryAccess(store).Opened, CancellationToken.None);
        Assert.Equal([new("binance", "BTC-USDT"), new MarketId("gemini", "BTC/USD:x")], entries.Select(static entry => entry.Id));
        Assert.Equal(["trades", "agg-trades"], entries[0].Datasets);
        Assert.Equal(2, MarketList.Search(entries, "btc", null).Count);
        Assert.Equal("gemini", Assert.Single(MarketList.Search(entries, "usd: gem", null)).Id.Exchange);
        Assert.Equal("binance", Assert.Single(MarketList.Search(entries, "", "binance")).Id.Exchange);
        var all = MarketList.Unite(entries, [new("binance", "BTC-USDT"), new("binance", "AAA-USDT")]);
        Assert.Equal(["AAA-USDT", "BTC-USDT", "BTC/USD:x"], all.Select(static entry => entry.Id.Market));
        Assert.Empty(all[0].Datasets);
    }

    [Fact]
    public async Task Unknown_market_has_suggestions_and_a_known_one_its_newest_time()
    {
        var store = new MemoryStore();
        Record(store, new(Dataset.Trades, "binance", "BTC-USDT"));
        var opened = new MemoryAccess(store).Opened;
        var unknown = await PresenceQuery.FindAsync(opened, new("binance", "BTC-USD"), T0 + 60 * Minute, CancellationToken.None);
        Assert.False(unknown.IsKnown);
        Assert.Equal(["BTC-USDT"], unknown.Similar);
        var known = await PresenceQuery.FindAsync(opened, new("binance", "BTC-USDT"), T0 + 24 * 60 * Minute, CancellationToken.None);
        Assert.True(known.IsKnown);
        Assert.Equal(T0 + 3 * Minute, known.NewestMicros);
        Assert.True(known.IsOld);
        var recent = await PresenceQuery.FindAsync(opened, new("binance", "BTC-USDT"), T0 + 13 * Minute, CancellationToken.None);
        Assert.False(recent.IsOld);
    }

    private static void Record(MemoryStore store, StreamId stream)
    {
        using var replica = new Replica(store, "a", stream);
        replica.ConnectAt(T0);
        for (var id = 1; id <= 6; id++)
            replica.Trade(new(id, T0 + id * 25 * Second));
        replica.Close();
    }
}
