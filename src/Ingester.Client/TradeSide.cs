namespace Ingester.Client;

/// <summary>The side of the aggressor of a trade.</summary>
public enum TradeSide
{
    /// <summary>The exchange does not say.</summary>
    Unknown,

    /// <summary>The aggressor bought.</summary>
    Buy,

    /// <summary>The aggressor sold.</summary>
    Sell,
}
