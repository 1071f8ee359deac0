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
    [InlineData("okx", "BTC-USDT", "BTC-USDT")]
    [InlineData("okx", "BTC-USDT-SWAP", "BTC-USDT-PERP")]
    [InlineData("okx", "BTC-USD_UM-SWAP", "BTC-USD_UM-PERP")]
    [InlineData("okx", "BTC-USD-241227", "BTC-USD-241227")]
    [InlineData("okx", "BTC-USD-241227-60000-C", "BTC-USD-241227-60000-C")]
    [InlineData("okx", "BTC", "BTC")]
    [InlineData("deribit", "BTC-PERPETUAL", "BTC-USD-PERP")]
    [InlineData("deribit", "SOL_USDC-PERPETUAL", "SOL-USDC-PERP")]
    [InlineData("deribit", "BTC-27DEC24", "BTC-USD-241227")]
    [InlineData("deribit", "BTC-27DEC24-60000-C", "BTC-241227-60000-C")]
    [InlineData("deribit", "XRP_USDC-7MAY27-0d625-P", "XRP-USDC-270507-0D625-P")]
    [InlineData("deribit", "BTC_USDC", "BTC-USDC")]
    [InlineData("deribit", "BTC-FS-27DEC24_PERP", "BTC-FS-27DEC24_PERP")]
    [InlineData("deribit", "BTC-CS-27DEC24-70000_75000", "BTC-CS-27DEC24-70000_75000")]
    public void A_symbol_splits_by_what_its_exchange_says(string exchange, string symbol, string name) =>
        Assert.Equal(new(name, symbol), ExchangeCatalog.Find(exchange)!.Profile.Symbols.ToMarket(symbol));
}
