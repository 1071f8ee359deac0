using Ingester.Core.Exchanges;
using Ingester.Exchanges;

namespace Ingester.Tests.Core.Exchanges;

public sealed class SymbolRuleTests
{
    [Theory]
    [InlineData("binance", "BTCUSDT", "BTC-USDT")]
    [InlineData("binance", "BTCFDUSD", "BTC-FDUSD")]
    [InlineData("binance", "USDTTRY", "USDT-TRY")]
    [InlineData("binance", "1000SATSTRY", "1000SATS-TRY")]
    [InlineData("binance", "币安人生USDT", "币安人生-USDT")]
    [InlineData("binance", "ADAEUR", "ADA-EUR")]
    [InlineData("binance", "USDT", "USDT")]
    [InlineData("binance", "BTCQQQ", "BTCQQQ")]
    [InlineData("binance-us", "BTCUSD", "BTC-USD")]
    [InlineData("binance-us", "BTCUSDT", "BTC-USDT")]
    [InlineData("binance-us", "OMGBUSD", "OMG-BUSD")]
    [InlineData("binance-us", "BNBUSD", "BNB-USD")]
    [InlineData("binance-futures", "BTCUSDT", "BTC-USDT-PERP")]
    [InlineData("binance-futures", "BTCUSDT_261225", "BTC-USDT-261225")]
    [InlineData("binance-futures", "BTCUSDT_", "BTCUSDT_")]
    [InlineData("binance-futures", "XYZ", "XYZ")]
    [InlineData("coinbase", "BTC-USD", "BTC-USD")]
    [InlineData("coinbase", "-USD", "-USD")]
    [InlineData("kraken", "BTC/USD", "BTC-USD")]
    [InlineData("kraken", "BTC/", "BTC/")]
    [InlineData("kraken-futures", "PF_XBTUSD", "BTC-USD-PERP")]
    [InlineData("kraken-futures", "PI_XBTUSD", "BTC-USD-INVERSE-PERP")]
    [InlineData("kraken-futures", "FI_XBTUSD_240329", "BTC-USD-INVERSE-240329")]
    [InlineData("kraken-futures", "FF_XBTUSD_240329", "BTC-USD-240329")]
    [InlineData("kraken-futures", "PV_XRPXBT", "XRP-BTC-PERP")]
    [InlineData("kraken-futures", "PF_AAPLxUSD", "AAPLX-USD-PERP")]
    [InlineData("kraken-futures", "RR_XBTUSD", "RR_XBTUSD")]
    [InlineData("bitfinex", "tBTCUST", "BTC-USDT")]
    [InlineData("bitfinex", "tAAVE:USD", "AAVE-USD")]
    [InlineData("bitfinex", "tTESTBTC:TESTUSD", "TESTBTC-TESTUSD")]
    [InlineData("bitfinex", "fUSD", "fUSD")]
    public void A_symbol_splits_by_what_its_exchange_says(string exchange, string symbol, string name) =>
        Assert.Equal(new(name, symbol), ExchangeCatalog.Find(exchange)!.Profile.Symbols.ToMarket(symbol));
}
