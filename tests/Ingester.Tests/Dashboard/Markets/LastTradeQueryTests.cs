using System.Globalization;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Markets.Trades;
using Ingester.Testing.Storage;
using Ingester.Tests.Deriving;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>The last trade at a moment is the true one where the page says that none is missing.</summary>
public sealed class LastTradeQueryTests
{
    private static readonly MarketId Market = new(TradeWorld.Stream.Exchange, TradeWorld.Stream.Market);

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Proven_last_trade_is_the_true_one(int seed)
    {
        var world = new TradeWorld(seed);
        var (random, access, proven) = (new Random(seed), new MemoryAccess(world.Store), 0);
        for (var i = 0; i < 20; i++)
        {
            var at = world.Begin + random.NextInt64(world.End - world.Begin);
            var found = await LastTradeQuery.FindAsync(access.Opened, Market, at, CancellationToken.None);
            Assert.True(found.Trade is null || found.Trade.Micros <= at);
            Assert.Equal(found.State == DisplayState.Complete, found.Reason is null);
            if (found.State != DisplayState.Complete)
                continue;
            proven++;
            var last = world.Truth.Last(trade => trade.Micros <= at); // in order of ids
            Assert.Equal(
                ($"{last.Id}", last.Micros, last.Sells ? "sell" : "buy", last.Price, last.Size),
                (found.Trade!.Id, found.Trade.Micros, found.Trade.Side, decimal.Parse(found.Trade.Price, CultureInfo.InvariantCulture), decimal.Parse(found.Trade.Size, CultureInfo.InvariantCulture)));
            Assert.True(world.Store.Has(found.Key!));
        }

        Assert.True(proven > 0);
    }

    [Fact]
    public async Task Old_trade_is_found_and_called_old()
    {
        var world = new TradeWorld(1);
        var found = await LastTradeQuery.FindAsync(new MemoryAccess(world.Store).Opened, Market, world.End + 24 * 60 * Minute, CancellationToken.None);
        Assert.NotNull(found.Trade);
        Assert.NotEqual(DisplayState.Complete, found.State);
        Assert.NotNull(found.Reason);
    }

    [Fact]
    public async Task Without_trades_there_is_a_sentence()
    {
        var found = await LastTradeQuery.FindAsync(new MemoryAccess(new MemoryStore()).Opened, Market, T0, CancellationToken.None);
        Assert.Null(found.Trade);
        Assert.Contains("No trade of binance BTC-USDT", found.Reason, StringComparison.Ordinal);
    }
}
