using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Exchanges;

/// <summary>
/// One diff of an order book, or a snapshot from the WebSocket. Levels are normalized JSON, <c>[["price","size"],…]</c>, with the exchange's exact
/// digits. They point into the frame if it already has that form, else into the decoder's buffer.
/// </summary>
internal ref struct DepthEvent
{
    /// <summary>The exchange's own symbol.</summary>
    public ReadOnlySpan<byte> Symbol;

    /// <summary>The sequence range of the diff; of a snapshot only <see cref="SequenceRange.UpTo"/> is used. Null when there is none.</summary>
    public SequenceRange? Range;

    /// <summary>Exchange time, microseconds since 1970 UTC; null when the exchange sends none.</summary>
    public long? Micros;

    /// <summary>The bid levels, <c>[["price","size"],…]</c>; a size of zero removes the level.</summary>
    public ReadOnlySpan<byte> Bids;

    /// <summary>The ask levels, <c>[["price","size"],…]</c>; a size of zero removes the level.</summary>
    public ReadOnlySpan<byte> Asks;

    /// <summary>Depth of a snapshot in levels per side; zero for a diff and for a complete snapshot.</summary>
    public int SnapshotLevels;

    /// <summary>Origin of the time; <see cref="TimeMark.None"/> for the exchange.</summary>
    public TimeMark Mark;

    /// <summary>The exchange's checksum of the book after this diff; null when it sends none.</summary>
    public uint? Checksum;
}
