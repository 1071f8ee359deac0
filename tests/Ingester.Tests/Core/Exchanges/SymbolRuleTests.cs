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
    [InlineData("bybit", "BTCRLUSD", "BTC-RLUSD")]
    [InlineData("bybit", "BBSOLSOL", "BBSOL-SOL")]
    [InlineData("bybit-linear", "BTCUSDT", "BTC-USDT-PERP")]
    [InlineData("bybit-linear", "BTCPERP", "BTC-USDC-PERP")]
    [InlineData("bybit-linear", "PERPUSDT", "PERP-USDT-PERP")]
    [InlineData("bybit-linear", "PERPPERP", "PERP-USDC-PERP")]
    [InlineData("bybit-linear", "BTCUSDT-25DEC26", "BTC-USDT-261225")]
    [InlineData("bybit-linear", "BTC-26SEP25", "BTC-USDC-250926")]
    [InlineData("kucoin", "BCHSV-USDT", "BSV-USDT")]
    [InlineData("kucoin", "BTC-USDT", "BTC-USDT")]
    [InlineData("binance-coinm", "BTCUSD_PERP", "BTC-USD-PERP")]
    [InlineData("binance-coinm", "BTCUSD_241227", "BTC-USD-241227")]
    public void A_symbol_splits_by_what_its_exchange_says(string exchange, string symbol, string name) =>
        Assert.Equal(new(name, symbol), ExchangeCatalog.Find(exchange)!.Profile.Symbols.ToMarket(symbol));
}
