namespace Ingester.Simulator.Protocols;

/// <summary>How an exchange names its markets, and the units of their prices and sizes.</summary>
/// <param name="Symbol">Creates the symbol of a market from its base and quote asset.</param>
internal sealed record MarketFormat(Func<string, string, string> Symbol)
{
    /// <summary>Suffix of the canonical names. Default: empty.</summary>
    public string NameSuffix { get; init; } = "";

    /// <summary>Number of decimals of every price; null for as many as the price increment has.</summary>
    public int? PriceDecimals { get; init; }

    /// <summary>Number of decimals of a size. Default: 8.</summary>
    public int SizeDecimals { get; init; } = 8;

    /// <summary>Number of decimals of the size increment. Default: 5.</summary>
    public int LotDecimals { get; init; } = 5;
}
