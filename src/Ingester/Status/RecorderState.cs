using Ingester.Core.Telemetry;
using Ingester.Recording.Lanes;
using Ingester.Recording.Planning;
using Ingester.Recording.Snapshots;
using Ingester.Storage.Spooling;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;

namespace Ingester.Status;

/// <summary>The current state of a recorder, for the status page, the log and the metrics. May be read by any thread.</summary>
internal sealed class RecorderState(IngesterMeter meter, SegmentWriter writer, IReadOnlyList<ExchangeSupervisor> exchanges, TimeProvider clock)
{
    private long lastTick;

    /// <summary>The start time of recording, by the replica's clock.</summary>
    public DateTimeOffset StartTime { get; } = clock.GetUtcNow();

    /// <summary>Number of objects that were neither stored nor spooled at the stop; null while it runs.</summary>
    public int? LostObjects { get; set; }

    /// <summary>Windows in the store whose length differs from this replica's setting, as text; null when no difference is known.</summary>
    public string? WindowMismatch => FindWindowMismatch();

    /// <summary>Returns <see cref="WindowMismatch"/>. Default: no difference is known.</summary>
    public Func<string?> FindWindowMismatch { get; init; } = static () => null;

    /// <summary>Received events per second.</summary>
    public EventRates Rates { get; } = new(meter, [.. exchanges.Select(exchange => exchange.Status.Exchange)], TimeProvider.System);

    /// <summary>The counters.</summary>
    public IngesterMeter Meter => meter;

    /// <summary>The active lanes.</summary>
    public IEnumerable<Lane> Lanes => exchanges.SelectMany(exchange => exchange.Lanes);

    /// <summary>The status of each exchange.</summary>
    public IReadOnlyList<ExchangeStatus> Exchanges => [.. exchanges.Select(exchange => exchange.Status)];

    /// <summary>The current state of each market.</summary>
    public IEnumerable<MarketView> Markets => Lanes.SelectMany(lane => lane.MarketViews).GroupBy(view => (view.Exchange, view.Pair)).Select(MarketView.Merge);

    /// <summary>Sealed objects in memory that are not stored yet.</summary>
    public BacklogState BacklogState => writer.BacklogState;

    /// <summary>The same for each exchange that has such objects.</summary>
    public IReadOnlyDictionary<string, BacklogState> ReadBacklogByExchange() => writer.ReadBacklogByExchange();

    /// <summary>Objects in the spool.</summary>
    public SpoolState SpoolState => writer.SpoolState;

    /// <summary>The health of the store.</summary>
    public StoreHealth StoreHealth => writer.StoreHealth;

    /// <summary>True after the store has accepted a write of this process.</summary>
    public bool HasStoreAcceptedWrite => writer.HasStoreAccepted;

    /// <summary>Time since the oldest object was sealed that is not stored yet, in memory or in the spool.</summary>
    public TimeSpan OldestBacklogAge => writer.OldestAge;

    /// <summary>Time since the last run of the loop that closes windows; a large value means that the process hangs.</summary>
    public TimeSpan TimeSinceTick => TimeProvider.System.GetElapsedTime(Volatile.Read(ref lastTick));

    /// <summary>The loop that closes windows has run.</summary>
    public void RecordTick()
    {
        Volatile.Write(ref lastTick, TimeProvider.System.GetTimestamp());
        Rates.Update();
    }
}
