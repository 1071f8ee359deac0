using Ingester.Core.Exchanges;

namespace Ingester.Exchanges.Binance;

/// <summary>One event of a Binance exchange, while its frame is decoded.</summary>
internal ref struct BinanceEvent
{
    /// <summary>The kind of event; it decides which of the other fields are used.</summary>
    public BinanceEventKind Kind;

    /// <summary>The exchange's name of the event (<c>e</c>); empty when the event has none.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>The trade.</summary>
    public TradeEvent Trade;

    /// <summary>The diff.</summary>
    public DepthEvent Depth;

    /// <summary>Time of the notice, microseconds UTC.</summary>
    public long? Micros;
}
