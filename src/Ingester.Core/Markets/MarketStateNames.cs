namespace Ingester.Core.Markets;

/// <summary>The names of states in rows.</summary>
internal static class MarketStateNames
{
    /// <summary><c>trading</c>, <c>halted</c> or <c>delisted</c>.</summary>
    public static string Name(this MarketState state) => state switch
    {
        MarketState.Trading => "trading",
        MarketState.Halted => "halted",
        _ => "delisted",
    };
}
