using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Protocols;

/// <summary>
/// The registration of a simulated exchange: its properties, from <c>docs/exchanges</c>, and the implementations of its protocol.
/// </summary>
internal sealed record SimulatedExchangeProfile
{
    /// <summary>The name, also the first segment of every path.</summary>
    public required string Name { get; init; }

    /// <summary>Creates the writer of its frames.</summary>
    public required Func<IFrameWriter> CreateFrameWriter { get; init; }

    /// <summary>Creates its WebSocket protocol.</summary>
    public required Func<ProtocolContext, IExchangeProtocol> CreateProtocol { get; init; }

    /// <summary>Creates its REST endpoints.</summary>
    public required Func<ProtocolContext, IRestEndpoints> CreateRestEndpoints { get; init; }

    /// <summary>The names and units of its markets.</summary>
    public required MarketFormat MarketFormat { get; init; }

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
    public bool HasAggTrades { get; init; }

    /// <summary>True when diffs have ids.</summary>
    public bool HasDiffIds { get; init; }

    /// <summary>True when the ids of diffs have jumps and each diff names its predecessor.</summary>
    public bool HasChainedDiffs { get; init; }

    /// <summary>Creates the message that announces a shutdown at a time in microseconds UTC; null when the exchange has no such message.</summary>
    public Func<long, string>? CreateShutdownNotice { get; init; }
}
