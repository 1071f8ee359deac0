namespace Ingester.Recording.Snapshots;

/// <summary>Why a snapshot is fetched, the most urgent reason first.</summary>
internal enum SnapshotReason : byte
{
    /// <summary>Diffs are missing: the book is unknown until a snapshot is stored.</summary>
    Gap,

    /// <summary>The verified book is invalid.</summary>
    Resync,

    /// <summary>The recording of the stream has started.</summary>
    Start,

    /// <summary>The last snapshot is too old: even without gaps, levels below the depth of the snapshot become incomplete.</summary>
    Steady,
}
