using Ingester.Core.Exchanges;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;
using Ingester.Recording.Limits;

namespace Ingester.Recording.Sessions;

/// <summary>What the connections of one exchange share.</summary>
internal sealed record ConnectionServices
{
    /// <summary>The exchange and its options.</summary>
    public required ExchangeContext Context { get; init; }

    /// <summary>The rate limits of the exchange.</summary>
    public required ExchangeRateLimits RateLimits { get; init; }

    /// <summary>Logs and counts events.</summary>
    public required ConnectionEvents Events { get; init; }

    /// <summary>Opens WebSockets.</summary>
    public required WebSocketFactory DialAsync { get; init; }

    /// <summary>Resolves the address of a connection before it is opened. Default: the given endpoint.</summary>
    public Func<Uri, CancellationToken, Task<ConnectionAddress>> ResolveAsync { get; init; } = static (endpoint, _) => Task.FromResult(new ConnectionAddress(endpoint));

    /// <summary>Creates the lane of a planned connection.</summary>
    public required Func<ILane> LaneFactory { get; init; }
}
