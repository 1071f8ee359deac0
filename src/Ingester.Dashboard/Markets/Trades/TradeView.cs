namespace Ingester.Dashboard.Markets.Trades;

/// <summary>One trade, with the digits of the exchange.</summary>
/// <param name="Micros">Exchange time, microseconds UTC.</param>
/// <param name="Id">The exchange's id; empty if its trades have none.</param>
/// <param name="Side">The side of the aggressor: <c>buy</c> or <c>sell</c>.</param>
/// <param name="Price">Price in quote units.</param>
/// <param name="Size">Size in the exchange's unit.</param>
public sealed record TradeView(long Micros, string Id, string Side, string Price, string Size);
