namespace Ingester.Simulator.Protocols.Binance;

/// <summary>The exchanges of the Binance family.</summary>
internal static class BinanceProfiles
{
    private const int StreamsPerConnection = 1_024;
    private const long TimeUnitMicros = 1_000;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Binance spot.</summary>
    public static SimulatedExchangeProfile Spot { get; } = CreateSpot("binance", ["USDT", "BTC", "USDC", "EUR"], TimeSpan.FromSeconds(20), 6_000);

    /// <summary>Binance US.</summary>
    public static SimulatedExchangeProfile UnitedStates { get; } = CreateSpot("binance-us", ["USDT", "USD", "BTC"], TimeSpan.FromMinutes(3), 1_200);

    /// <summary>Binance USD-M futures.</summary>
    public static SimulatedExchangeProfile Futures { get; } = new()
    {
        Name = "binance-futures",
        CreateFrameWriter = static () => new BinanceFrameWriter(futures: true),
        CreateProtocol = static exchange => new BinanceProtocol(exchange),
        CreateRestEndpoints = static exchange => new BinanceRestEndpoints(exchange, futures: true),
        MarketFormat = new(static (asset, quote) => asset + quote) { NameSuffix = "-PERP", SizeDecimals = 3, LotDecimals = 3 },
        WebSocketPaths = ["/public/stream", "/market/stream", "/stream"],
        QuoteAssets = ["USDT", "USDC"],
        TimeUnitMicros = TimeUnitMicros,
        MessageLimit = new(10, Second),
        ConnectLimit = new(300, 5 * Minute),
        RequestWeightLimit = new(2_400, Minute),
        StreamsPerConnection = StreamsPerConnection,
        PingInterval = TimeSpan.FromMinutes(3),
        HasAggTrades = true,
        HasDiffIds = true,
        HasChainedDiffs = true,
    };

    private static SimulatedExchangeProfile CreateSpot(string name, string[] quotes, TimeSpan ping, int weight) => new()
    {
        Name = name,
        CreateFrameWriter = static () => new BinanceFrameWriter(futures: false),
        CreateProtocol = static exchange => new BinanceProtocol(exchange),
        CreateRestEndpoints = static exchange => new BinanceRestEndpoints(exchange, futures: false),
        MarketFormat = new(static (asset, quote) => asset + quote) { PriceDecimals = 8 },
        WebSocketPaths = ["/stream"],
        QuoteAssets = quotes,
        TimeUnitMicros = TimeUnitMicros,
        MessageLimit = new(5, Second),
        ConnectLimit = new(300, 5 * Minute),
        RequestWeightLimit = new(weight, Minute),
        StreamsPerConnection = StreamsPerConnection,
        PingInterval = ping,
        HasAggTrades = true,
        HasDiffIds = true,
        CreateShutdownNotice = static micros => $"{{\"e\":\"serverShutdown\",\"E\":{micros / 1_000}}}",
    };
}
