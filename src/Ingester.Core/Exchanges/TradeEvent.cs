using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Exchanges;

/// <summary>
/// One trade, pointing into the frame it came from: its texts live as long as the frame's buffer, so that digits are copied once,
/// from the frame into the row.
/// </summary>
internal ref struct TradeEvent
{
    /// <summary>The exchange's own symbol.</summary>
    public ReadOnlySpan<byte> Symbol;

    /// <summary>The trade's id as the row shows it: the exchange's text, without quotes.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>The sequence the trade covers; null where the exchange has none or it does not fit 64 bits.</summary>
    public SequenceRange? Range;

    /// <summary>The exchange's time of the trade, microseconds since 1970 UTC; zero where it sends none.</summary>
    public long Micros;

    /// <summary>Price in quote units, the exact digits of the wire.</summary>
    public ReadOnlySpan<byte> Price;

    /// <summary>Size in base units, the exact digits of the wire.</summary>
    public ReadOnlySpan<byte> Size;

    /// <summary>
    /// The exchange's own word for a trade that is no market trade (<c>INSURANCE_FUND</c>), as it stands between the quotes of JSON text: valid UTF-8, with its
    /// escapes. Empty for an ordinary trade.
    /// </summary>
    public ReadOnlySpan<byte> Type;

    /// <summary>True when the aggressor sold.</summary>
    public bool TakerSells;

    /// <summary>True for a merged trade (<c>agg-trades</c>).</summary>
    public bool Aggregated;

    /// <summary>Where the time comes from; <see cref="TimeMark.None"/> for the exchange.</summary>
    public TimeMark Mark;

    /// <summary>True when the exchange replays it on subscribe: it happened before the subscription.</summary>
    public bool Replayed;
}
