namespace Ingester.Dashboard.Recorders;

/// <summary>The last trade of a market.</summary>
/// <param name="Time">The exchange time, UTC.</param>
/// <param name="Side">The side of the aggressor: <c>buy</c> or <c>sell</c>.</param>
/// <param name="Price">The price, with the exchange's digits.</param>
/// <param name="Size">The size, with the exchange's digits.</param>
internal sealed record LiveTrade(DateTime Time, string Side, string Price, string Size);
