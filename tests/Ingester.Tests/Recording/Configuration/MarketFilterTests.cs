using Ingester.Core.Markets;
using Ingester.Recording.Configuration;
using Ingester.Testing.Fakes;

namespace Ingester.Tests.Recording.Configuration;

public sealed class MarketFilterTests
{
    [Theory]
    [InlineData("BTC-*", "BTC-USDT", true)]
    [InlineData("BTC-*", "WBTC-USDT", false)]
    [InlineData("*-USDT", "ETH-USDT", true)]
    [InlineData("*-USDT", "BTC-USDT-PERP", false)]
    [InlineData("*", "BTC-USDT-PERP", true)]
    [InlineData("???-USD", "BTC-USD", true)]
    [InlineData("???-USD", "DOGE-USD", false)]
    [InlineData("btc-usdt", "BTC-USDT", true)]
    [InlineData("BTC.USDT", "BTC-USDT", false)]
    public void Patterns_match_canonical_names_whole_and_in_any_case(string pattern, string name, bool chosen) =>
        Assert.Equal(chosen, new MarketFilter([pattern], []).IsMatch(FakeExchange.Market(name)));

    [Fact]
    public void An_exclude_beats_every_include()
    {
        var filter = new MarketFilter(["BTC-*", "BTC-USDT"], ["*-usdt"]);
        Assert.True(filter.IsMatch(FakeExchange.Market("BTC-EUR")));
        Assert.False(filter.IsMatch(FakeExchange.Market("BTC-USDT")));
    }

    [Fact]
    public void Nothing_included_chooses_nothing() => Assert.False(new MarketFilter([], []).IsMatch(FakeExchange.Market("BTC-EUR")));

    [Fact]
    public void A_pattern_that_fits_no_market_is_named()
    {
        Market[] markets = [FakeExchange.Market("BTC-USDT")];
        Assert.Equal(["BTC-UDST"], new MarketFilter(["BTC-*", "BTC-UDST"], []).Unmatched(markets));
    }
}
