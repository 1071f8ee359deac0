using Ingester.Recording.Planning;
using Ingester.Schemas;

namespace Ingester.Status;

/// <summary>The status of a replica, as shown by <c>/status</c>.</summary>
internal sealed record RecorderStatus
{
    /// <summary>A loop that has not run for this time is considered hung.</summary>
    public static readonly TimeSpan MaxTickAge = TimeSpan.FromSeconds(30);

    /// <summary>The name of the schema of this document.</summary>
    public string Schema { get; init; } = OutputSchema.Status;

    /// <summary>The replica's name.</summary>
    public required string Replica { get; init; }

    /// <summary>The start time, by the replica's clock.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>Why it is not alive; null when it is alive.</summary>
    public required string? Dead { get; init; }

    /// <summary>Why it is not ready; null when it is ready.</summary>
    public required string? NotReady { get; init; }

    /// <summary>Received frames.</summary>
    public required long Frames { get; init; }

    /// <summary>Received events.</summary>
    public required long Events { get; init; }

    /// <summary>Detected gaps.</summary>
    public required long Gaps { get; init; }

    /// <summary>Quarantined frames.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Segments by upload outcome.</summary>
    public required IReadOnlyDictionary<string, long> Segments { get; init; }

    /// <summary>Objects in memory that are not stored yet.</summary>
    public required long BacklogObjects { get; init; }

    /// <summary>Age of the oldest object that is not stored yet, in memory or in the spool, in seconds of the recorder's clock.</summary>
    public required double BacklogAgeSeconds { get; init; }

    /// <summary>Objects in the spool.</summary>
    public required long SpoolFiles { get; init; }

    /// <summary>Size of the spool on disk, in bytes.</summary>
    public required long SpoolBytes { get; init; }

    /// <summary>Damaged spool files that were moved aside.</summary>
    public required long SpoolCorrupt { get; init; }

    /// <summary>Time for which all requests to the store have failed, in seconds of the recorder's clock.</summary>
    public required double StoreFailingSeconds { get; init; }

    /// <summary>Windows in the store whose length differs from this replica's setting, as text; null when no difference is known.</summary>
    public required string? WindowMismatch { get; init; }

    /// <summary>True after the store has accepted a write of this process; before that the replica is not ready.</summary>
    public required bool StoreHasAccepted { get; init; }

    /// <summary>True when the store rejects requests permanently and action is required.</summary>
    public required bool StoreRefuses { get; init; }

    /// <summary>The last error of the store; null while it accepts requests.</summary>
    public required string? StoreReason { get; init; }

    /// <summary>Working set of the process, in bytes.</summary>
    public required long WorkingSet { get; init; }

    /// <summary>CPU time of the process since its start, in seconds.</summary>
    public required double ProcessorSeconds { get; init; }

    /// <summary>Bytes allocated since the start.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Number of gen 2 garbage collections since the start.</summary>
    public required int OldestCollections { get; init; }

    /// <summary>The status of each exchange.</summary>
    public required IReadOnlyList<ExchangeStatus> Exchanges { get; init; }

    /// <summary>Reads the current status of a recorder.</summary>
    public static RecorderStatus Create(RecorderState state, string replica)
    {
        var meter = state.Meter;
        var backlog = state.BacklogState;
        var exchanges = state.Exchanges;
        var store = state.StoreHealth;
        return new()
        {
            Replica = replica,
            Began = state.StartTime,
            Dead = state.TimeSinceTick > MaxTickAge ? $"The loop that closes windows has not run for {state.TimeSinceTick}." : null,
            NotReady = Readiness.NotReadyReason(state),
            Frames = meter.FramesReceived.Total,
            Events = meter.EventsRecorded.Total,
            Gaps = meter.GapsDetected.Total,
            Quarantined = meter.FramesQuarantined.Total,
            Segments = meter.SegmentsStored.ByLastTag,
            BacklogObjects = backlog.Objects,
            BacklogAgeSeconds = state.OldestBacklogAge.TotalSeconds,
            SpoolFiles = state.SpoolState.Files,
            SpoolBytes = state.SpoolState.Bytes,
            SpoolCorrupt = state.SpoolState.Corrupt,
            WindowMismatch = state.WindowMismatch,
            StoreFailingSeconds = store.FailingFor.TotalSeconds,
            StoreHasAccepted = state.HasStoreAcceptedWrite,
            StoreRefuses = store.IsRefusing,
            StoreReason = store.Reason,
            WorkingSet = Environment.WorkingSet,
            ProcessorSeconds = Environment.CpuUsage.TotalTime.TotalSeconds,
            AllocatedBytes = GC.GetTotalAllocatedBytes(),
            OldestCollections = GC.CollectionCount(GC.MaxGeneration),
            Exchanges = exchanges,
        };
    }
}
