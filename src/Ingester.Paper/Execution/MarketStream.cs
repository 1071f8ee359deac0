namespace Ingester.Paper.Execution;

/// <summary>A recorded stream that orders are matched with.</summary>
internal enum MarketStream
{
    /// <summary>The order book.</summary>
    Book,

    /// <summary>The trades.</summary>
    Trades,
}
