using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>An event that one of two connections brought, as the row that it becomes.</summary>
/// <param name="Range">The sequence that it covers; null where the stream has none.</param>
/// <param name="Micros">Its exchange time.</param>
/// <param name="Replayed">True when the exchange replayed it on subscribe.</param>
/// <param name="Text">The row, with its line end.</param>
internal readonly record struct FeedRow(SequenceRange? Range, long Micros, bool Replayed, byte[] Text)
{
    /// <summary>The exchange's checksum of the book after a change, which no row has; null where it sends none.</summary>
    public uint? Checksum { get; init; }
}
