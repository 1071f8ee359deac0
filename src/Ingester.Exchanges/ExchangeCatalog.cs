using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Exchanges.Binance;
using Ingester.Exchanges.Bitfinex;
using Ingester.Exchanges.BitFlyer;
using Ingester.Exchanges.Bitget;
using Ingester.Exchanges.Bitstamp;
using Ingester.Exchanges.Bybit;
using Ingester.Exchanges.Coinbase;
using Ingester.Exchanges.CoinbaseAdvanced;
using Ingester.Exchanges.CryptoCom;
using Ingester.Exchanges.Deribit;
using Ingester.Exchanges.Gate;
using Ingester.Exchanges.Gemini;
using Ingester.Exchanges.HitBtc;
using Ingester.Exchanges.Htx;
using Ingester.Exchanges.Hyperliquid;
using Ingester.Exchanges.Kraken;
using Ingester.Exchanges.KrakenFutures;
using Ingester.Exchanges.Kucoin;
using Ingester.Exchanges.Okx;
using Ingester.Exchanges.Phemex;
using Ingester.Exchanges.Poloniex;
using Ingester.Exchanges.Upbit;
using Ingester.Exchanges.WooX;

namespace Ingester.Exchanges;

/// <summary>The list of all exchanges.</summary>
internal static class ExchangeCatalog
{
    /// <summary>All exchanges.</summary>
    public static IReadOnlyList<IExchange> All { get; } =
    [
        BinanceSpot.Global,
        BinanceSpot.Us,
        BinanceFutures.UsdMargined,
        new CoinbaseExchange(),
        new KrakenSpot(),
        BybitExchange.Spot,
        BybitExchange.Linear,
        new OkxExchange(),
        new DeribitExchange(),
        new CoinbaseAdvancedExchange(),
        new BitstampExchange(),
        new KrakenFuturesExchange(),
        new BitfinexExchange(),
        new KucoinExchange(),
        BinanceFutures.CoinMargined,
        GateExchange.Spot,
        GateExchange.Futures,
        HtxExchange.Spot,
        HtxExchange.Linear,
        new GeminiExchange(),
        new CryptoComExchange(),
        BitgetExchange.Spot,
        BitgetExchange.Futures,
        new BitFlyerExchange(),
        HitBtcExchange.HitBtc,
        HitBtcExchange.Bequant,
        UpbitExchange.Upbit,
        UpbitExchange.Bithumb,
        BinanceSpot.Turkey,
        new WooXExchange(),
        new HyperliquidExchange(),
        new PhemexExchange(),
        new PoloniexExchange(),
    ];

    /// <summary>The exchange with this name, or null.</summary>
    public static IExchange? Find(string name) => All.FirstOrDefault(exchange => exchange.Profile.Name == name);

    /// <summary>The kind of sequence that a stream's exchange declares; null for an exchange that is not in the catalog.</summary>
    public static SequenceKind? SequenceOf(StreamId stream) => Find(stream.Exchange)?.Profile.Find(stream.Dataset)?.Sequence;
}
