using Ingester.Core.Exchanges;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Decoding;

/// <summary>The values of one message that <see cref="FieldMap"/> read. Texts point into the frame, levels into the frame or the decoder's buffer.</summary>
internal ref struct FieldValues
{
    /// <summary>The exchange's symbol.</summary>
    public ReadOnlySpan<byte> Symbol;

    /// <summary>The id as it is written in the row.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>The price.</summary>
    public ReadOnlySpan<byte> Price;

    /// <summary>The size.</summary>
    public ReadOnlySpan<byte> Size;

    /// <summary>The type of a trade that is not an ordinary one.</summary>
    public ReadOnlySpan<byte> Type;

    /// <summary>The number of the message in its market; null when there is none.</summary>
    public long? Sequence;

    /// <summary>The number of trades that the message represents; <see cref="Sequence"/> is the id of the last. Null for one trade.</summary>
    public int? Count;

    /// <summary>The first id of a diff.</summary>
    public long? FirstId;

    /// <summary>The last id of a diff or snapshot.</summary>
    public long? LastId;

    /// <summary>The last id of the previous diff.</summary>
    public long? PreviousId;

    /// <summary>Exchange time, microseconds UTC.</summary>
    public long? Micros;

    /// <summary>True when the taker sold.</summary>
    public bool? TakerSells;

    /// <summary>The bids, <c>[["price","size"],…]</c>.</summary>
    public ReadOnlySpan<byte> Bids;

    /// <summary>The asks.</summary>
    public ReadOnlySpan<byte> Asks;

    /// <summary>The checksum.</summary>
    public uint? Checksum;

    /// <summary>The ids of the trades that the message represents; null when they have none.</summary>
    public readonly SequenceRange? TradeRange => Sequence is { } last ? new(last - (Count ?? 1), last) : null;

    /// <summary>The values as a trade.</summary>
    public readonly TradeEvent ToTrade() => new()
    {
        Symbol = Symbol,
        Id = Id,
        Range = TradeRange,
        Micros = Micros.GetValueOrDefault(),
        Price = Price,
        Size = Size,
        Type = Type,
        TakerSells = TakerSells.GetValueOrDefault(),
    };

    /// <summary>The values as a diff or snapshot without a sequence range.</summary>
    public readonly DepthEvent ToDepth() => new()
    {
        Symbol = Symbol,
        Micros = Micros,
        Bids = Bids,
        Asks = Asks,
        Checksum = Checksum,
    };
}
