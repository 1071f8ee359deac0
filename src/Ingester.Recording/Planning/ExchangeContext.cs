using System.Net.WebSockets;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Resilience;
using Ingester.Core.Segments;
using Ingester.Recording.Lanes;
using Ingester.Recording.Limits;
using Ingester.Recording.Sessions;
using Ingester.WebSockets;
using Ingester.WebSockets.Dialing;

namespace Ingester.Recording.Planning;

/// <summary>Opens a WebSocket.</summary>
/// <exception cref="ConnectionException">No connection could be opened.</exception>
internal delegate Task<WebSocket> WebSocketFactory(Uri address, CancellationToken stop);

/// <summary>Options and services that all connections of one exchange share.</summary>
internal sealed record ExchangeContext
{
    /// <summary>The exchange.</summary>
    public required IExchange Exchange { get; init; }

    /// <summary>The options of the exchange: which markets and datasets are recorded.</summary>
    public required ExchangeOptions ExchangeOptions { get; init; }

    /// <summary>True for the markets of this process's shard. Default: all markets.</summary>
    public Func<Market, bool> IsInShard { get; init; } = static _ => true;

    /// <summary>
    /// Returns the reason, as a sentence, why the objects of a market cannot be stored; null, the default, when they can.
    /// </summary>
    public Func<Market, string?> StorageObstacle { get; init; } = static _ => null;

    /// <summary>The options of connections.</summary>
    public required ConnectionOptions Options { get; init; }

    /// <summary>Measures waits; never used as the time of data.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>
    /// The clock for times in written data; a simulated clock may run faster than <see cref="Clock"/>. Default: <see cref="Clock"/>.
    /// </summary>
    public TimeProvider? DataClock { get; init; }

    /// <summary>Logs and counts events.</summary>
    public required ConnectionEvents Events { get; init; }

    /// <summary>Opens WebSockets: <see cref="WebSocketDialer.DialAsync"/> in the recorder.</summary>
    public WebSocketFactory DialAsync { get; init; } = static (_, _) => throw new InvalidOperationException("This command does not record.");

    /// <summary>The HTTP client for REST requests.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>Creates the lane of a planned connection.</summary>
    public Func<ILane> LaneFactory { get; init; } = static () => throw new InvalidOperationException("This command does not record.");

    /// <summary>Snapshots, backfills and other services of the lanes; null where nothing is recorded.</summary>
    public LaneServices? LaneServices { get; init; }

    /// <summary>Where backfilled trades are written; null where nothing is backfilled.</summary>
    public SegmentContext? Segments { get; init; }

    /// <summary>Seed of the jitter. It must differ between replicas, else they disconnect and reconnect at the same times.</summary>
    public required int Seed { get; init; }

    /// <summary>The position of this replica among all replicas.</summary>
    public ReplicaOrdinal ReplicaOrdinal { get; init; } = ReplicaOrdinal.Single;

    /// <summary>The exchange's name.</summary>
    public string Name => Exchange.Profile.Name;

    /// <summary>Creates a random generator for jitter.</summary>
    public Random NewRandom(int salt) => new(unchecked((Seed * 397) ^ salt));

    /// <summary>Creates a backoff with its own jitter.</summary>
    public Backoff NewBackoff(int salt) => new(NewRandom(salt), Options.BackoffBase, Options.BackoffCap);

    /// <summary>Creates the rate limits, once for each run of the recorder.</summary>
    public ExchangeRateLimits NewRateLimits() => new(Exchange.Profile, Options.ShareAddress ? ReplicaOrdinal.Count : 1, Clock);
}
