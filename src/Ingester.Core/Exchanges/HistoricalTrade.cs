namespace Ingester.Core.Exchanges;

/// <summary>A trade from an exchange's REST trade history, where ids increase by one.</summary>
/// <param name="Id">The id.</param>
/// <param name="Micros">The exchange's time, microseconds UTC.</param>
/// <param name="Price">The price, with the digits of the response.</param>
/// <param name="Size">The size.</param>
/// <param name="TakerSells">True when the taker sold.</param>
internal sealed record HistoricalTrade(long Id, long Micros, string Price, string Size, bool TakerSells);
