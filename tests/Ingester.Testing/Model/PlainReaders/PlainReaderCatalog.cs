using Ingester.Testing.Model.PlainReaders.ReaderContract;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>The readers of all exchanges.</summary>
internal static class PlainReaderCatalog
{
    private static readonly Dictionary<string, Func<IPlainReader>> Readers = new(StringComparer.Ordinal)
    {
        ["binance"] = () => new BinanceReader(isFutures: false),
        ["binance-us"] = () => new BinanceReader(isFutures: false),
        ["binance-tr"] = () => new BinanceReader(isFutures: false),
        ["binance-futures"] = () => new BinanceReader(isFutures: true),
        ["binance-coinm"] = () => new BinanceReader(isFutures: true),
        ["bequant"] = () => new HitBtcReader(),
        ["bitfinex"] = () => new BitfinexReader(),
        ["bitflyer"] = () => new BitFlyerReader(),
        ["bitget"] = () => new BitgetReader(),
        ["bitget-futures"] = () => new BitgetReader(),
        ["bitstamp"] = () => new BitstampReader(),
        ["bybit"] = () => new BybitReader(hasTradeIds: true),
        ["bybit-linear"] = () => new BybitReader(hasTradeIds: false),
        ["coinbase"] = () => new CoinbaseReader(),
        ["coinbase-advanced"] = () => new CoinbaseAdvancedReader(),
        ["cryptocom"] = () => new CryptoComReader(),
        ["deribit"] = () => new DeribitReader(),
        ["gate"] = () => new GateReader(isFutures: false),
        ["gate-futures"] = () => new GateReader(isFutures: true),
        ["gemini"] = () => new GeminiReader(),
        ["hitbtc"] = () => new HitBtcReader(),
        ["htx"] = () => new HtxReader(isLinear: false),
        ["htx-linear"] = () => new HtxReader(isLinear: true),
        ["kraken"] = () => new KrakenReader(),
        ["kraken-futures"] = () => new KrakenFuturesReader(),
        ["kucoin"] = () => new KucoinReader(),
        ["okx"] = () => new OkxReader(),
        ["upbit"] = () => new UpbitReader(),
        ["bithumb"] = () => new UpbitReader(),
        ["woox"] = () => new WooXReader(),
        ["hyperliquid"] = () => new HyperliquidReader(),
        ["phemex"] = () => new PhemexReader(),
        ["poloniex"] = () => new PoloniexReader(),
    };

    /// <summary>Creates a reader for the frames of one connection.</summary>
    public static IPlainReader Open(string exchange) => Readers[exchange]();
}
