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

/// <summary>Opens a socket to an address.</summary>
/// <exception cref="ConnectionException">No connection could be opened.</exception>
internal delegate Task<WebSocket> Dial(Uri address, CancellationToken stop);

/// <summary>What all connections of one exchange share.</summary>
internal sealed record ExchangeContext
{
    /// <summary>The exchange.</summary>
    public required IExchange Exchange { get; init; }

    /// <summary>What is recorded of it.</summary>
    public required ExchangeOptions Choice { get; init; }

    /// <summary>True for the markets of this process's shard; all of them by default.</summary>
    public Func<Market, bool> Holds { get; init; } = static _ => true;

    /// <summary>Why the objects of a market cannot be stored, in one sentence; null, the default, when they can.</summary>
    public Func<Market, string?> WhyUnstorable { get; init; } = static _ => null;

    /// <summary>How connections are made and kept.</summary>
    public required ConnectionOptions Options { get; init; }

    /// <summary>Decides when to stop waiting; never names data.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The clock that names what is written; it runs faster than <see cref="Clock"/> where minutes pass in seconds. Default: <see cref="Clock"/>.</summary>
    public TimeProvider? DataClock { get; init; }

    /// <summary>Says what happens.</summary>
    public required ConnectionEvents Events { get; init; }

    /// <summary>Opens sockets; <see cref="WebSocketDialer.DialAsync"/> where something is recorded.</summary>
    public Dial Dial { get; init; } = static (_, _) => throw new InvalidOperationException("Nothing is recorded here.");

    /// <summary>Asks over REST.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>Makes a lane for each planned connection.</summary>
    public Func<ILane> LaneFactory { get; init; } = static () => throw new InvalidOperationException("Nothing is recorded here.");

    /// <summary>What lanes ask for beside their frames; null where nobody answers.</summary>
    public LaneErrands? Errands { get; init; }

    /// <summary>Where repaired trades go; null where nothing is repaired.</summary>
    public SegmentContext? Segments { get; init; }

    /// <summary>Seeds the jitter. It must differ between replicas, or they fall and come back in the same moments.</summary>
    public required int Seed { get; init; }

    /// <summary>This replica's place among all.</summary>
    public ReplicaPlace Place { get; init; } = ReplicaPlace.Alone;

    /// <summary>The exchange's name.</summary>
    public string Name => Exchange.Profile.Name;

    /// <summary>Jitter of its own.</summary>
    public Random NewRandom(int salt) => new(unchecked((Seed * 397) ^ salt));

    /// <summary>A backoff with jitter of its own.</summary>
    public Backoff NewBackoff(int salt) => new(NewRandom(salt), Options.BackoffBase, Options.BackoffCap);

    /// <summary>The budgets that everything in this process keeps together.</summary>
    public ExchangeBudgets NewBudgets() => new(Exchange.Profile, Options.ShareAddress ? Place.Count : 1, Clock);
}
