using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Exchanges;

/// <summary>
/// One change of an order book, or a whole book sent in band. Levels are normalized JSON, <c>[["price","size"],…]</c>, with the
/// exact digits of the wire; they point into the frame where the wire already has that form, else into the decoder's scratch.
/// </summary>
internal ref struct DepthEvent
{
    /// <summary>The exchange's own symbol.</summary>
    public ReadOnlySpan<byte> Symbol;

    /// <summary>The sequence the diff covers; for a whole book only <see cref="SequenceRange.UpTo"/> counts. Null where there is none.</summary>
    public SequenceRange? Range;

    /// <summary>The exchange's time, microseconds since 1970 UTC; null where it sends none.</summary>
    public long? Micros;

    /// <summary>The bid levels, <c>[["price","size"],…]</c>; a size of zero removes the level.</summary>
    public ReadOnlySpan<byte> Bids;

    /// <summary>The ask levels, <c>[["price","size"],…]</c>; a size of zero removes the level.</summary>
    public ReadOnlySpan<byte> Asks;

    /// <summary>How deep a whole book reaches, in levels per side; zero for a diff, and for a book that is complete.</summary>
    public int Levels;

    /// <summary>Where the time comes from; <see cref="TimeMark.None"/> for the exchange.</summary>
    public TimeMark Mark;

    /// <summary>The exchange's checksum of the book after this change; null where it sends none.</summary>
    public uint? Checksum;
}
