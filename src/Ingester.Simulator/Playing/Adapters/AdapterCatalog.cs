using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>The adapters of all exchanges.</summary>
internal static class AdapterCatalog
{
    private static readonly Dictionary<string, Func<PlayerAdapter>> Adapters = new(StringComparer.Ordinal)
    {
        ["binance"] = BinanceAdapter.Create,
        ["binance-us"] = BinanceAdapter.Create,
        ["binance-tr"] = BinanceAdapter.Create,
        ["binance-futures"] = BinanceAdapter.Create,
        ["binance-coinm"] = BinanceAdapter.Create,
        ["coinbase"] = CoinbaseAdapter.Create,
        ["coinbase-advanced"] = CoinbaseAdvancedAdapter.Create,
        ["kraken"] = KrakenAdapter.Create,
        ["kraken-futures"] = KrakenFuturesAdapter.Create,
        ["bybit"] = BybitAdapter.Create,
        ["bybit-linear"] = BybitAdapter.Create,
        ["okx"] = OkxAdapter.Create,
        ["deribit"] = DeribitAdapter.Create,
        ["bitstamp"] = BitstampAdapter.Create,
        ["bitfinex"] = BitfinexAdapter.Create,
        ["kucoin"] = KucoinAdapter.Create,
        ["gate"] = GateAdapter.Create,
        ["gate-futures"] = GateAdapter.Create,
        ["htx"] = HtxAdapter.Create,
        ["htx-linear"] = HtxLinearAdapter.Create,
        ["gemini"] = GeminiAdapter.Create,
        ["cryptocom"] = CryptoComAdapter.Create,
        ["bitget"] = BitgetAdapter.Create,
        ["bitget-futures"] = BitgetAdapter.Create,
        ["bitflyer"] = BitFlyerAdapter.Create,
        ["hitbtc"] = HitBtcAdapter.Create,
        ["bequant"] = HitBtcAdapter.Create,
        ["upbit"] = UpbitAdapter.Create,
        ["bithumb"] = UpbitAdapter.Create,
        ["woox"] = WooXAdapter.Create,
        ["hyperliquid"] = HyperliquidAdapter.Create,
        ["phemex"] = PhemexAdapter.Create,
        ["poloniex"] = PoloniexAdapter.Create,
    };

    /// <summary>The adapter of an exchange; null when it has none.</summary>
    public static PlayerAdapter? Find(string exchange) => Adapters.GetValueOrDefault(exchange)?.Invoke();
}
