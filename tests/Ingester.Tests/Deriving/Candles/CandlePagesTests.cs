using Ingester.Core.Exchanges;
using Ingester.Deriving.Candles;
using Ingester.Exchanges;

namespace Ingester.Tests.Deriving.Candles;

/// <summary>How many candles a request asks for.</summary>
public sealed class CandlePagesTests
{
    [Theory]
    [InlineData("binance-futures", 499)] // 249.5 candles per weight; 1000: 200; 1500: 150
    [InlineData("binance-coinm", 499)]
    [InlineData("binance", 1000)]
    [InlineData("binance-us", 1000)]
    [InlineData("kraken", 720)]
    [InlineData("coinbase", 300)]
    [InlineData("bybit-linear", 1000)]
    [InlineData("okx", 300)]
    public void Page_has_the_most_candles_per_weight(string exchange, int count) => Assert.Equal(count, CandlePages.BestCount(EndpointOf(exchange)));

    [Fact]
    public void Best_page_of_every_exchange_is_not_beaten_by_any_other_and_is_not_larger_than_allowed() =>
        Assert.All(ExchangeCatalog.All.Select(exchange => exchange.Profile.Candles).OfType<CandleEndpoint>(), endpoint =>
        {
            var best = CandlePages.BestCount(endpoint);
            Assert.InRange(best, 1, endpoint.MaxCount);
            Assert.All(Enumerable.Range(1, endpoint.MaxCount), count => Assert.True((double)best / endpoint.WeightOf(best) >= (double)count / endpoint.WeightOf(count)));
        });

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(99, 99, 1)]
    [InlineData(240, 240, 2)]
    [InlineData(499, 499, 2)]
    [InlineData(500, 499, 2)]
    [InlineData(1_000_000_000_000, 499, 2)]
    public void Page_is_not_larger_than_what_is_needed(long needed, int count, int weight)
    {
        var endpoint = EndpointOf("binance-futures");
        Assert.Equal((count, weight), (CandlePages.CountFor(endpoint, needed), endpoint.WeightOf(count)));
    }

    private static CandleEndpoint EndpointOf(string exchange) => ExchangeCatalog.Find(exchange)!.Profile.Candles!;
}
