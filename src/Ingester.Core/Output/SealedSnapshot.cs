using Ingester.Core.Markets;
using Ingester.Core.Memory;

namespace Ingester.Core.Output;

/// <summary>A snapshot of a book. It becomes one object, which only this replica writes.</summary>
internal sealed record SealedSnapshot
{
    /// <summary>The stream of the book: depth, or snapshots where the exchange sends no diffs. The dataset of the object is <see cref="Dataset.Snapshots"/>.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>Exchange time of the snapshot, microseconds UTC.</summary>
    public required long Micros { get; init; }

    /// <summary>The last id of the exchange's sequence that the snapshot contains; null when there is none.</summary>
    public required long? LastId { get; init; }

    /// <summary>
    /// The local time when its message was received on the stream, microseconds UTC; null when it is not recorded, and for a snapshot that was requested
    /// over REST: its response arrives out of order with the stream.
    /// </summary>
    public long? ReceivedMicros { get; init; }

    /// <summary>The row, one JSON line.</summary>
    public required RowBuffer Rows { get; init; }
}
