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
    [InlineData("binance-tr", "BTCTRY", "BTC-TRY")]
    [InlineData("hyperliquid", "BTC", "BTC-USDC-PERP")]
    [InlineData("hyperliquid", "kPEPE", "KPEPE-USDC-PERP")]
    [InlineData("woox", "SPOT_BTC_USDT", "BTC-USDT")]
    [InlineData("woox", "PERP_1INCH_USDT", "1INCH-USDT-PERP")]
    [InlineData("woox", "BTC_USDT", "BTC_USDT")]
    [InlineData("woox", "SPOT_BTC", "SPOT_BTC")]
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
    [InlineData("kraken-futures", "PF_XBTUSD", "BTC-USD-PERP")]
    [InlineData("kraken-futures", "PI_XBTUSD", "BTC-USD-INVERSE-PERP")]
    [InlineData("kraken-futures", "FI_XBTUSD_240329", "BTC-USD-INVERSE-240329")]
    [InlineData("kraken-futures", "FF_XBTUSD_240329", "BTC-USD-240329")]
    [InlineData("kraken-futures", "PV_XRPXBT", "XRP-BTC-PERP")]
    [InlineData("kraken-futures", "PF_AAPLxUSD", "AAPLX-USD-PERP")]
    [InlineData("kraken-futures", "RR_XBTUSD", "RR_XBTUSD")]
    [InlineData("bitflyer", "BTC_JPY", "BTC-JPY")]
    [InlineData("bitflyer", "FX_BTC_JPY", "BTC-JPY-PERP")]
    [InlineData("bitflyer", "BTCJPY25DEC2026", "BTCJPY25DEC2026")]
    [InlineData("upbit", "KRW-BTC", "BTC-KRW")]
    [InlineData("upbit", "USDT-1INCH", "1INCH-USDT")]
    [InlineData("bithumb", "BTC-ETH", "ETH-BTC")]
    [InlineData("cryptocom", "1INCH_USDT", "1INCH-USDT")]
    [InlineData("cryptocom", "BTCUSD-PERP", "BTC-USD-PERP")]
    [InlineData("cryptocom", "BTCUSD-261225", "BTC-USD-261225")]
    [InlineData("bitget", "NEARBTC", "NEAR-BTC")]
    [InlineData("bitget-futures", "1000PEPEUSDT", "1000PEPE-USDT-PERP")]
    [InlineData("hitbtc", "xmrUSDT", "XMR-USDT")]
    [InlineData("bequant", "BTCUSDT_PERP", "BTC-USDT-PERP")]
    [InlineData("phemex", "sBTCUSDT", "BTC-USDT")]
    [InlineData("phemex", "SOLUSD", "SOLUSD")]
    [InlineData("poloniex", "BTC_USDT", "BTC-USDT")]
    [InlineData("bitfinex", "tBTCUST", "BTC-USDT")]
    [InlineData("bitfinex", "tAAVE:USD", "AAVE-USD")]
    [InlineData("bitfinex", "tTESTBTC:TESTUSD", "TESTBTC-TESTUSD")]
    [InlineData("bitfinex", "fUSD", "fUSD")]
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
    public void Symbol_is_split_by_the_rule_of_its_exchange(string exchange, string symbol, string name) =>
        Assert.Equal(new(name, symbol), ExchangeCatalog.Find(exchange)!.Profile.Symbols.ToMarket(symbol));

    [Theory]
    [InlineData("BTC-241227", "BTC-USD-241227")]
    [InlineData("BTC-20241227", "BTC-USD-241227")]
    [InlineData("BTC-27DEC24", "BTC-USD-241227")]
    [InlineData("BTC-27dec24", "BTC-USD-241227")]
    [InlineData("BTC-7DEC24", "BTC-USD-241207")]
    [InlineData("BTC-07DEC24", "BTC-USD-241207")]
    [InlineData("BTC-29FEB24", "BTC-USD-240229")]
    [InlineData("BTC_USDC-241227", "BTC-USDC-241227")]
    public void Date_of_a_contract_is_read_in_three_forms(string symbol, string name) => Assert.Equal(name, Contracts.ToMarket(symbol).Name);

    [Theory]
    [InlineData("BTC-USDC-29FEB25")] // no such day
    [InlineData("BTC-USDC-241327")]
    [InlineData("BTC-USDC-2024122")]
    [InlineData("BTC-241227-60000-X")]
    [InlineData("BTC-PERPETUAL-60000-C")] // an option has a date
    [InlineData("BTC-60000-C")]
    [InlineData("BTC-241227-60000-C-X")]
    [InlineData("A-B-C-PERP")]
    [InlineData("BTC--PERP")]
    public void Symbol_of_another_form_keeps_its_name(string symbol) => Assert.Equal(symbol, Contracts.ToMarket(symbol).Name);

    [Theory]
    [InlineData("BTC-241227-60000-C", "BTC-241227-60000-C")]
    [InlineData("XBT-27DEC24-60000-P", "BTC-241227-60000-P")] // the quote of an option is part of its name only where the symbol has it
    [InlineData("BTC-USD-20241227-60000-C", "BTC-USD-241227-60000-C")]
    [InlineData("BTC_USDC-241227-0.5-P", "BTC-USDC-241227-0.5-P")]
    public void Option_ends_with_date_strike_and_right(string symbol, string name) => Assert.Equal(name, Contracts.ToMarket(symbol).Name);

    [Theory]
    [InlineData("BTC-PERP", "BTC-USD-PERP")]
    [InlineData("BTC-SWAP", "BTC-USD-PERP")]
    [InlineData("BTC-PERPETUAL", "BTC-USD-PERP")]
    [InlineData("BTC-USDT-SWAP", "BTC-USDT-PERP")]
    [InlineData("XBTPERP", "BTC-USD-PERP")]
    [InlineData("PERP", "PERP-USD-PERP")] // an asset of that name
    [InlineData("BTC-USDT", "BTC-USDT-PERP")]
    public void Contract_without_a_date_is_perpetual(string symbol, string name) => Assert.Equal(name, Contracts.ToMarket(symbol).Name);

    [Theory]
    [InlineData("BTC-USDT", "BTC-USDT")]
    [InlineData("BTC-USDT-SWAP", "BTC-USDT-PERP")]
    [InlineData("BTC-USDT-241227", "BTC-USDT-241227")]
    public void Exchange_with_spot_markets_names_contracts_by_a_date_or_a_word(string symbol, string name) =>
        Assert.Equal(name, (Contracts with { HasSpot = true }).ToMarket(symbol).Name);

    [Theory]
    [InlineData("KRW-BTC", "BTC-KRW")]
    [InlineData("KRW-XBT", "BTC-KRW")]
    [InlineData("KRW", "KRW")]
    [InlineData("KRW-BTC-X", "KRW-BTC-X")]
    public void Quote_asset_may_precede_the_base_asset(string symbol, string name) =>
        Assert.Equal(name, new SymbolRule { IsQuoteFirst = true, Aliases = Aliases }.ToMarket(symbol).Name);

    [Theory]
    [InlineData("btcusdt", "BTC-USDT")]
    [InlineData("xbtusd", "BTC-USD")]
    [InlineData("btceur", "btceur")]
    public void Names_are_upper_case_with_the_canonical_names_of_assets(string symbol, string name) =>
        Assert.Equal(new(name, symbol), new SymbolRule { QuoteAssets = ["USDT", "USD"], Aliases = Aliases }.ToMarket(symbol));

    [Theory]
    [InlineData("XBT", "BTC")]
    [InlineData("ETH", "ETH")]
    public void Asset_has_the_name_of_its_alias(string asset, string name) => Assert.Equal(name, Contracts.Asset(asset));

    private static Dictionary<string, string> Aliases { get; } = new(StringComparer.Ordinal) { ["XBT"] = "BTC" };

    private static SymbolRule Contracts { get; } = new() { IsDerivatives = true, ContractQuote = "USD", Aliases = Aliases };
}
