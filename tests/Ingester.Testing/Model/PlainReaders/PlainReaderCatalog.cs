namespace Ingester.Testing.Model.PlainReaders;

/// <summary>The readers of all exchanges.</summary>
internal static class PlainReaderCatalog
{
    private static readonly Dictionary<string, Func<IPlainReader>> Readers = new(StringComparer.Ordinal)
    {
        ["binance"] = () => new BinanceReader(isFutures: false),
        ["binance-us"] = () => new BinanceReader(isFutures: false),
        ["binance-futures"] = () => new BinanceReader(isFutures: true),
        ["binance-coinm"] = () => new BinanceReader(isFutures: true),
        ["bitfinex"] = () => new BitfinexReader(),
        ["bitstamp"] = () => new BitstampReader(),
        ["bybit"] = () => new BybitReader(hasTradeIds: true),
        ["bybit-linear"] = () => new BybitReader(hasTradeIds: false),
        ["coinbase"] = () => new CoinbaseReader(),
        ["coinbase-advanced"] = () => new CoinbaseAdvancedReader(),
        ["deribit"] = () => new DeribitReader(),
        ["kraken"] = () => new KrakenReader(),
        ["kraken-futures"] = () => new KrakenFuturesReader(),
        ["kucoin"] = () => new KucoinReader(),
        ["okx"] = () => new OkxReader(),
    };

    /// <summary>A reader for the frames of one connection.</summary>
    public static IPlainReader Open(string exchange) => Readers[exchange]();
}
