using Ingester.Core.Json;

namespace Ingester.Exchanges.Kraken;

/// <summary>One trade of a frame, held until the whole frame is read and its trades are sorted.</summary>
internal struct KrakenTrade
{
    /// <summary>The symbol, in the frame.</summary>
    public Slice Symbol;

    /// <summary>The digits of the id, in the frame.</summary>
    public Slice IdText;

    /// <summary>The price, in the frame.</summary>
    public Slice Price;

    /// <summary>The size, in the frame.</summary>
    public Slice Size;

    /// <summary>The id.</summary>
    public long Id;

    /// <summary>The time.</summary>
    public long Micros;

    /// <summary>True when the taker sold.</summary>
    public bool TakerSells;

    /// <summary>Index of its symbol, in the order in which symbols first appear in the frame. Trades of one symbol are sorted together.</summary>
    public int SymbolIndex;

    /// <summary>Its position in the frame: trades with equal ids keep their order.</summary>
    public int Position;

    /// <summary>Orders by symbol, then by id, then by position in the frame.</summary>
    public static int Compare(KrakenTrade one, KrakenTrade other) => (one.SymbolIndex, one.Id, one.Position).CompareTo((other.SymbolIndex, other.Id, other.Position));
}
