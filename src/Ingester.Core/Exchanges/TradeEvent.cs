using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Exchanges;

/// <summary>
/// One trade. Its texts point into the frame and are valid as long as the frame's buffer, so that digits are copied only once, from the frame into
/// the row.
/// </summary>
internal ref struct TradeEvent
{
    /// <summary>The exchange's own symbol.</summary>
    public ReadOnlySpan<byte> Symbol;

    /// <summary>The trade's id as written in the row: the exchange's text, without quotes.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>The sequence range of the trade; null when the exchange has none or it does not fit 64 bits.</summary>
    public SequenceRange? Range;

    /// <summary>Exchange time of the trade, microseconds since 1970 UTC; zero when the exchange sends none.</summary>
    public long Micros;

    /// <summary>Price in quote units, with the exchange's exact digits.</summary>
    public ReadOnlySpan<byte> Price;

    /// <summary>Size in the exchange's unit of sizes (base units or contracts), with the exchange's exact digits.</summary>
    public ReadOnlySpan<byte> Size;

    /// <summary>
    /// The exchange's own type of a trade that is not a market trade (<c>INSURANCE_FUND</c>), as JSON text without quotes: valid UTF-8, with its
    /// escapes. Empty for an ordinary trade.
    /// </summary>
    public ReadOnlySpan<byte> Type;

    /// <summary>True when the taker sold.</summary>
    public bool TakerSells;

    /// <summary>True for an aggregate trade (<c>agg-trades</c>).</summary>
    public bool IsAggregated;

    /// <summary>Origin of the time; <see cref="TimeMark.None"/> for the exchange.</summary>
    public TimeMark Mark;

    /// <summary>True when the exchange replays the trade after a subscription: it happened before the subscription.</summary>
    public bool IsReplayed;
}
