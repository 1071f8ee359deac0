namespace Ingester.Core.Decoding;

/// <summary>Order of the trades in a frame.</summary>
internal enum TradeOrder : byte
{
    /// <summary>The oldest trade is first.</summary>
    OldestFirst,

    /// <summary>The newest trade is first; equal ids are reversed.</summary>
    NewestFirst,
}
