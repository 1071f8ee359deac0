using Ingester.Core.Keys;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>A snapshot that was read from the store.</summary>
/// <param name="Name">The parts of its key.</param>
/// <param name="Key">Its key.</param>
/// <param name="Sha256">The hash of its row with the line feed, 64 hex digits.</param>
/// <param name="Row">Its row.</param>
internal sealed record StoredSnapshot(SnapshotKey Name, string Key, string Sha256, LoadedRow Row)
{
    /// <summary>Its exchange time, microseconds UTC.</summary>
    public long Micros => Row.Micros;

    /// <summary>The last id that it contains; null when the exchange has no sequence ids.</summary>
    public long? UpTo => Row.Range?.UpTo;

    /// <summary>True for a snapshot that is older than another one, by the minute and then by the id, as books at a moment are selected.</summary>
    public static bool IsOlder(SnapshotKey one, SnapshotKey other) => (one.MinuteMicros, one.LastIdOrMicros).CompareTo((other.MinuteMicros, other.LastIdOrMicros)) < 0;
}
