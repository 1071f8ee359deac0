namespace Ingester.Paper.Risk;

/// <summary>What is decided.</summary>
internal enum TradeAction
{
    /// <summary>Nothing is traded.</summary>
    Hold,

    /// <summary>Buy.</summary>
    Buy,

    /// <summary>Sell.</summary>
    Sell,
}
