namespace Ingester.Deriving.Candles;

/// <summary>How the exchange's candle and the bar of the recorded trades compare.</summary>
internal enum CandleVerdict
{
    /// <summary>All values that both have are the same numbers.</summary>
    Equal,

    /// <summary>They differ, and what is stored tells why.</summary>
    Explained,

    /// <summary>The bar has no values, because trades are missing or may be; or there is no bar.</summary>
    Unknown,

    /// <summary>They differ although the bar has values, and nothing that is stored tells why.</summary>
    Unexplained,
}
