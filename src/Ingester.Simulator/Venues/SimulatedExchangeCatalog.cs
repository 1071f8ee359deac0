using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Venues;

/// <summary>The API protocol of an exchange.</summary>
internal enum ProtocolKind
{
    /// <summary>Binance spot and Binance US.</summary>
    BinanceSpot,

    /// <summary>Binance USD-M futures.</summary>
    BinanceFutures,

    /// <summary>Coinbase Exchange.</summary>
    Coinbase,

    /// <summary>Kraken WebSocket API version 2.</summary>
    Kraken,
}

/// <summary>The properties of a simulated exchange, from <c>docs/exchanges</c>.</summary>
internal sealed record SimulatedExchangeProfile
{
    /// <summary>The name, also the first segment of every path.</summary>
    public required string Name { get; init; }

    /// <summary>The API protocol.</summary>
    public required ProtocolKind Protocol { get; init; }

    /// <summary>The paths of its WebSocket endpoints.</summary>
    public required IReadOnlyList<string> WebSocketPaths { get; init; }

    /// <summary>The quote assets of its markets, most frequent first.</summary>
    public required IReadOnlyList<string> QuoteAssets { get; init; }

    /// <summary>Resolution of its times, in microseconds.</summary>
    public long TimeUnitMicros { get; init; } = 1;

    /// <summary>Rate limit of messages per connection.</summary>
    public required RateLimit MessageLimit { get; init; }

    /// <summary>Rate limit of connects per IP address.</summary>
    public required RateLimit ConnectLimit { get; init; }

    /// <summary>Rate limit of REST request weight per IP address.</summary>
    public required RateLimit RequestWeightLimit { get; init; }

    /// <summary>Maximum number of streams per connection.</summary>
    public int StreamsPerConnection { get; init; } = int.MaxValue;

    /// <summary>Interval of protocol pings from the server; null for none.</summary>
    public TimeSpan? PingInterval { get; init; }

    /// <summary>Maximum time of a connection without a subscription; null for no limit.</summary>
    public TimeSpan? SubscribeTimeout { get; init; }

    /// <summary>True when the exchange has streams of aggregate trades.</summary>
    public bool HasAggTrades => Protocol is ProtocolKind.BinanceSpot or ProtocolKind.BinanceFutures;
}

/// <summary>Every exchange that can be simulated.</summary>
internal static class SimulatedExchangeCatalog
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The profiles of all exchanges.</summary>
    public static IReadOnlyList<SimulatedExchangeProfile> All { get; } =
    [
        BinanceSpot("binance", ["USDT", "BTC", "USDC", "EUR"], TimeSpan.FromSeconds(20), 6_000),
        BinanceSpot("binance-us", ["USDT", "USD", "BTC"], TimeSpan.FromMinutes(3), 1_200),
        new()
        {
            Name = "binance-futures",
            Protocol = ProtocolKind.BinanceFutures,
            WebSocketPaths = ["/public/stream", "/market/stream", "/stream"],
            QuoteAssets = ["USDT", "USDC"],
            TimeUnitMicros = 1_000,
            MessageLimit = new(10, Second),
            ConnectLimit = new(300, 5 * Minute),
            RequestWeightLimit = new(2_400, Minute),
            StreamsPerConnection = 1_024,
            PingInterval = TimeSpan.FromMinutes(3),
        },
        new()
        {
            Name = "coinbase",
            Protocol = ProtocolKind.Coinbase,
            WebSocketPaths = ["/"],
            QuoteAssets = ["USD", "EUR", "BTC", "USDC"],
            MessageLimit = new(100, Second),
            ConnectLimit = new(20, Second),
            RequestWeightLimit = new(10, Second),
            SubscribeTimeout = TimeSpan.FromSeconds(5),
        },
        new()
        {
            Name = "kraken",
            Protocol = ProtocolKind.Kraken,
            WebSocketPaths = ["/v2"],
            QuoteAssets = ["USD", "EUR", "BTC", "USDT"],
            MessageLimit = new(200, Second),
            ConnectLimit = new(150, 10 * Minute),
            RequestWeightLimit = new(15, 10 * Second),
        },
    ];

    /// <summary>The names of all exchanges.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(facts => facts.Name)];

    /// <summary>Returns the profile of an exchange.</summary>
    /// <exception cref="ArgumentException">No exchange has that name.</exception>
    public static SimulatedExchangeProfile Find(string name) => All.FirstOrDefault(facts => facts.Name == name)
        ?? throw new ArgumentException($"The exchange '{name}' cannot be simulated. Available: {string.Join(", ", Names)}.", nameof(name));

    private static SimulatedExchangeProfile BinanceSpot(string name, string[] quotes, TimeSpan ping, int weight) => new()
    {
        Name = name,
        Protocol = ProtocolKind.BinanceSpot,
        WebSocketPaths = ["/stream"],
        QuoteAssets = quotes,
        TimeUnitMicros = 1_000,
        MessageLimit = new(5, Second),
        ConnectLimit = new(300, 5 * Minute),
        RequestWeightLimit = new(weight, Minute),
        StreamsPerConnection = 1_024,
        PingInterval = ping,
    };
}
