using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Venues;

/// <summary>The API protocol of an exchange.</summary>
internal enum WireKind
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
internal sealed record VenueFacts
{
    /// <summary>The name, also the first segment of every path.</summary>
    public required string Name { get; init; }

    /// <summary>The API protocol.</summary>
    public required WireKind Wire { get; init; }

    /// <summary>The paths of its WebSocket endpoints.</summary>
    public required IReadOnlyList<string> Sockets { get; init; }

    /// <summary>The quote assets of its markets, most frequent first.</summary>
    public required IReadOnlyList<string> Quotes { get; init; }

    /// <summary>Resolution of its times, in microseconds.</summary>
    public long TimeUnit { get; init; } = 1;

    /// <summary>Rate limit of messages per connection.</summary>
    public required Budget Messages { get; init; }

    /// <summary>Rate limit of connects per IP address.</summary>
    public required Budget Connects { get; init; }

    /// <summary>Rate limit of REST request weight per IP address.</summary>
    public required Budget RequestWeight { get; init; }

    /// <summary>Maximum number of streams per connection.</summary>
    public int StreamsPerConnection { get; init; } = int.MaxValue;

    /// <summary>Interval of protocol pings from the server; null for none.</summary>
    public TimeSpan? Ping { get; init; }

    /// <summary>Maximum time of a connection without a subscription; null for no limit.</summary>
    public TimeSpan? SubscribeWithin { get; init; }

    /// <summary>True when the exchange has streams of aggregate trades.</summary>
    public bool MergesTrades => Wire is WireKind.BinanceSpot or WireKind.BinanceFutures;
}

/// <summary>Every exchange that can be simulated.</summary>
internal static class VenueCatalog
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The profiles of all exchanges.</summary>
    public static IReadOnlyList<VenueFacts> All { get; } =
    [
        BinanceSpot("binance", ["USDT", "BTC", "USDC", "EUR"], TimeSpan.FromSeconds(20), 6_000),
        BinanceSpot("binance-us", ["USDT", "USD", "BTC"], TimeSpan.FromMinutes(3), 1_200),
        new()
        {
            Name = "binance-futures",
            Wire = WireKind.BinanceFutures,
            Sockets = ["/public/stream", "/market/stream", "/stream"],
            Quotes = ["USDT", "USDC"],
            TimeUnit = 1_000,
            Messages = new(10, Second),
            Connects = new(300, 5 * Minute),
            RequestWeight = new(2_400, Minute),
            StreamsPerConnection = 1_024,
            Ping = TimeSpan.FromMinutes(3),
        },
        new()
        {
            Name = "coinbase",
            Wire = WireKind.Coinbase,
            Sockets = ["/"],
            Quotes = ["USD", "EUR", "BTC", "USDC"],
            Messages = new(100, Second),
            Connects = new(20, Second),
            RequestWeight = new(10, Second),
            SubscribeWithin = TimeSpan.FromSeconds(5),
        },
        new()
        {
            Name = "kraken",
            Wire = WireKind.Kraken,
            Sockets = ["/v2"],
            Quotes = ["USD", "EUR", "BTC", "USDT"],
            Messages = new(200, Second),
            Connects = new(150, 10 * Minute),
            RequestWeight = new(15, 10 * Second),
        },
    ];

    /// <summary>The names of all exchanges.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(facts => facts.Name)];

    /// <summary>Returns the profile of an exchange.</summary>
    /// <exception cref="ArgumentException">No exchange has that name.</exception>
    public static VenueFacts Find(string name) => All.FirstOrDefault(facts => facts.Name == name)
        ?? throw new ArgumentException($"The exchange '{name}' cannot be simulated. Available: {string.Join(", ", Names)}.", nameof(name));

    private static VenueFacts BinanceSpot(string name, string[] quotes, TimeSpan ping, int weight) => new()
    {
        Name = name,
        Wire = WireKind.BinanceSpot,
        Sockets = ["/stream"],
        Quotes = quotes,
        TimeUnit = 1_000,
        Messages = new(5, Second),
        Connects = new(300, 5 * Minute),
        RequestWeight = new(weight, Minute),
        StreamsPerConnection = 1_024,
        Ping = ping,
    };
}
