namespace Ingester.Recording.Snapshots;

/// <summary>How a fetched snapshot fits the recorded diffs.</summary>
internal enum SnapshotFit : byte
{
    /// <summary>The recorded diffs continue the snapshot: it can be stored.</summary>
    Joinable,

    /// <summary>The snapshot is newer than the recorded diffs: it waits for them.</summary>
    Ahead,

    /// <summary>Diffs are missing between the snapshot and the first recorded diff: it must be fetched again.</summary>
    TooOld,
}
