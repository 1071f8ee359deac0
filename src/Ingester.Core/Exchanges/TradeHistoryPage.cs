namespace Ingester.Core.Exchanges;

/// <summary>A page of trades in any order; it may contain trades outside the requested range.</summary>
/// <param name="Trades">The trades.</param>
/// <param name="NextCursor">The cursor of the next page; null when no further page can contain requested trades.</param>
internal sealed record TradeHistoryPage(IReadOnlyList<HistoricalTrade> Trades, string? NextCursor);
