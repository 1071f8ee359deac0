namespace Ingester.Core.Status;

/// <summary>The state of a recorder as a whole.</summary>
public sealed record ReplicaState
{
    /// <summary>The replica's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of the program.</summary>
    public required string Program { get; init; }

    /// <summary>The start of recording, by the replica's clock.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>The replica's clock when the state was read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why it is not alive, as a sentence; null when it is alive.</summary>
    public string? Dead { get; init; }

    /// <summary>Why it is not ready, as a sentence; null when everything configured is recorded and stored.</summary>
    public string? NotReady { get; init; }

    /// <summary>Why the store rejects or fails requests, as a sentence; null while it accepts them.</summary>
    public string? StoreReason { get; init; }

    /// <summary>Windows in the store whose length differs from this replica's setting, as a sentence; null when no difference is known.</summary>
    public string? WindowMismatch { get; init; }

    /// <summary>Objects in memory that are not stored yet.</summary>
    public required long BacklogObjects { get; init; }

    /// <summary>Age of the oldest object that is not stored yet, in memory or in the spool, in seconds.</summary>
    public required double OldestSeconds { get; init; }

    /// <summary>Objects in the spool.</summary>
    public required long SpoolFiles { get; init; }

    /// <summary>Size of the spool, in bytes.</summary>
    public required long SpoolBytes { get; init; }

    /// <summary>Damaged spool files that were moved aside.</summary>
    public required long SpoolCorrupt { get; init; }

    /// <summary>Sealed segments that were lost because there was no room for them, since the start.</summary>
    public required long SegmentsDropped { get; init; }

    /// <summary>Windows for which another replica stored a different history, since the start.</summary>
    public required long WindowsDisputed { get; init; }

    /// <summary>Gaps that are not listed because there are too many.</summary>
    public required long GapsNotListed { get; init; }
}
