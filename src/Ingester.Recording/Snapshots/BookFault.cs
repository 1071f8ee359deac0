namespace Ingester.Recording.Snapshots;

/// <summary>Why a verified book is invalid.</summary>
internal enum BookFault : byte
{
    /// <summary>The checksum differs from the exchange's: diffs are missing.</summary>
    Checksum,

    /// <summary>The best bid is at or above the best ask.</summary>
    Crossed,

    /// <summary>A price or size is not a supported number.</summary>
    Unreadable,
}
