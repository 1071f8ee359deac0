using Ingester.Core.Telemetry;
using Ingester.Hosting;
using Ingester.Recording.Planning;
using Ingester.Storage.Spooling;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;

namespace Ingester.Status;

/// <summary>How a replica stands, as <c>/status</c> shows it.</summary>
internal sealed record RecorderStatus
{
    /// <summary>A loop that has not run for so long hangs.</summary>
    public static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestStoreFailure = TimeSpan.FromMinutes(5);

    /// <summary>A single object that is refused looks like a store that refuses until the next one is accepted.</summary>
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(5);

    /// <summary>The replica's name.</summary>
    public required string Replica { get; init; }

    /// <summary>When it began, by its clock.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>Why it is not alive; null when it is.</summary>
    public required string? Dead { get; init; }

    /// <summary>Why it does not record what it was asked to; null when it does.</summary>
    public required string? NotReady { get; init; }

    /// <summary>Frames that came.</summary>
    public required long Frames { get; init; }

    /// <summary>Events that came.</summary>
    public required long Events { get; init; }

    /// <summary>Holes that were seen.</summary>
    public required long Gaps { get; init; }

    /// <summary>Frames that did not decode.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Segments by what the store said.</summary>
    public required IReadOnlyDictionary<string, long> Segments { get; init; }

    /// <summary>Objects in memory that the store does not have yet.</summary>
    public required long BacklogObjects { get; init; }

    /// <summary>Age of the oldest object that the store does not have yet, in memory or in the spool, in seconds of the recorder's clock.</summary>
    public required double BacklogAgeSeconds { get; init; }

    /// <summary>Objects in the spool.</summary>
    public required long SpoolFiles { get; init; }

    /// <summary>How much of the disk the spool takes.</summary>
    public required long SpoolBytes { get; init; }

    /// <summary>Files of the spool that were set aside because they are not whole.</summary>
    public required long SpoolCorrupt { get; init; }

    /// <summary>How long the store has taken nothing although it was asked, in seconds of the recorder's clock.</summary>
    public required double StoreFailingSeconds { get; init; }

    /// <summary>Which windows of the store have another length than this replica's, in words; null when none is known to.</summary>
    public required string? WindowMismatch { get; init; }

    /// <summary>True once the store has accepted a write of this process; before that it is not ready.</summary>
    public required bool StoreHasAccepted { get; init; }

    /// <summary>True when the store refuses until someone acts.</summary>
    public required bool StoreRefuses { get; init; }

    /// <summary>What the store said last, in one sentence; null while it accepts what it is given.</summary>
    public required string? StoreReason { get; init; }

    /// <summary>Memory of the process, in bytes.</summary>
    public required long WorkingSet { get; init; }

    /// <summary>Processor time of the process since its start, in seconds.</summary>
    public required double ProcessorSeconds { get; init; }

    /// <summary>Bytes that were allocated since its start.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Garbage collections of the oldest generation since its start.</summary>
    public required int OldestCollections { get; init; }

    /// <summary>How each exchange stands.</summary>
    public required IReadOnlyList<ExchangeStatus> Exchanges { get; init; }

    /// <summary>Reads how a recorder stands now.</summary>
    public static RecorderStatus Of(RecorderService service, string replica)
    {
        var meter = service.Meter;
        var backlog = service.Backlog;
        var exchanges = service.Exchanges;
        var store = service.Store;
        return new()
        {
            Replica = replica,
            Began = service.Began,
            Dead = service.SinceTick > LongestTick ? $"The loop that closes windows has not run for {service.SinceTick}." : null,
            NotReady = WhyNotReady(service),
            Frames = meter.Frames.Total,
            Events = meter.Events.Total,
            Gaps = meter.Gaps.Total,
            Quarantined = meter.Quarantined.Total,
            Segments = meter.Segments.ByLastTag,
            BacklogObjects = backlog.Objects,
            BacklogAgeSeconds = service.OldestUnsent.TotalSeconds,
            SpoolFiles = service.Spooled.Files,
            SpoolBytes = service.Spooled.Bytes,
            SpoolCorrupt = service.Spooled.Corrupt,
            WindowMismatch = service.WindowMismatch,
            StoreFailingSeconds = store.FailingFor.TotalSeconds,
            StoreHasAccepted = service.StoreHasAccepted,
            StoreRefuses = store.Refuses,
            StoreReason = store.Reason,
            WorkingSet = Environment.WorkingSet,
            ProcessorSeconds = Environment.CpuUsage.TotalTime.TotalSeconds,
            AllocatedBytes = GC.GetTotalAllocatedBytes(),
            OldestCollections = GC.CollectionCount(GC.MaxGeneration),
            Exchanges = exchanges,
        };
    }

    /// <summary>Why a recorder does not record what it was asked to, in words; null when it does.</summary>
    public static string? WhyNotReady(RecorderService service)
    {
        var (store, exchange) = (WhyStoreNotReady(service), service.Exchanges.Select(WhyNotReady).FirstOrDefault(why => why is not null));
        return store is null ? exchange : exchange is null ? store : $"{store} {exchange}";
    }

    private static string? WhyStoreNotReady(RecorderService service)
    {
        var health = service.Store;
        if (!service.StoreHasAccepted)
            return $"The store has not accepted a write yet. {health.Reason}".TrimEnd();
        if (health.FailingFor < (health.Refuses ? LongestRefusal : LongestStoreFailure))
            return null;
        var (files, _, _, _, trouble) = service.Spooled;
        return $"The store has failed for {health.FailingFor:d\\.hh\\:mm\\:ss}: {health.Reason} {files} objects wait in the spool, {service.Backlog.Objects} in memory, "
            + $"the oldest for {service.OldestUnsent:d\\.hh\\:mm\\:ss}. {trouble}".TrimEnd();
    }

    private static string? WhyNotReady(ExchangeStatus exchange) =>
        exchange.Markets is null ? $"{exchange.Exchange}: the market list is not known yet. {exchange.LastError}"
        : exchange.StreamsWanted == 0 ? $"{exchange.Exchange}: no market is recorded. {exchange.LastError}"
        : exchange.ConnectionsOpen < exchange.ConnectionsWanted
            ? $"{exchange.Exchange}: {exchange.ConnectionsOpen} of {exchange.ConnectionsWanted} connections are open. {exchange.LastError}"
        : exchange.StreamsSubscribed + exchange.StreamsFailedHalted < exchange.StreamsWanted
            ? $"{exchange.Exchange}: {exchange.StreamsSubscribed} of {exchange.StreamsWanted} streams are confirmed{(exchange.Failed is { } failed ? $"; refused: {failed}" : "")}. {exchange.LastError}"
        : null;
}
