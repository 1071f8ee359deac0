using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Recording.Lanes;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Planning;

/// <summary>What the recorder of one exchange uses.</summary>
internal sealed record ExchangeRecorderServices
{
    /// <summary>Logs and counts events.</summary>
    public required RecorderEvents Events { get; init; }

    /// <summary>Opens WebSockets.</summary>
    public required WebSocketFactory DialAsync { get; init; }

    /// <summary>The HTTP client for REST requests.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>The clock for times in written data; a simulated clock may run faster than the one that measures waits.</summary>
    public required TimeProvider DataClock { get; init; }

    /// <summary>Where backfilled trades and the states of markets are written; null where only streams are recorded.</summary>
    public SegmentContext? Segments { get; init; }

    /// <summary>True when the entries of market lists are written (dataset <c>instruments</c>). Default: true.</summary>
    public bool RecordsInstruments { get; init; } = true;

    /// <summary>True for the markets of this process's shard. Default: all markets.</summary>
    public Func<Market, bool> IsInShard { get; init; } = static _ => true;

    /// <summary>
    /// Returns the reason, as a sentence, why the objects of a market cannot be stored; null, the default, when they can.
    /// </summary>
    public Func<Market, string?> StorageObstacle { get; init; } = static _ => null;

    /// <summary>Snapshots, backfills and other services of the lanes of this run; null where streams alone are recorded.</summary>
    public LaneServices? Lanes { get; init; }

    /// <summary>Creates the lane of a planned connection. The supervisor sets it for each run.</summary>
    public Func<ILane> LaneFactory { get; init; } = static () => throw new InvalidOperationException("No lanes were chosen for this run.");
}
