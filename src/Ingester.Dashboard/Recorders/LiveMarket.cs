namespace Ingester.Dashboard.Recorders;

/// <summary>A market as a recorder sees it now: an entry of its <c>/markets</c>.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Pair">The market.</param>
/// <param name="LastTrade">The last trade; null before the first.</param>
/// <param name="Book"><c>known</c>, <c>unknown</c> (waiting for a snapshot), or <c>not kept</c>.</param>
/// <param name="BookTime">The exchange time of the last diff; null while the book is unknown.</param>
/// <param name="Bid">The best bid as price and size; null when there is none.</param>
/// <param name="Ask">The best ask as price and size; null when there is none.</param>
internal sealed record LiveMarket(string Exchange, string Pair, LiveTrade? LastTrade, string Book, DateTime? BookTime, IReadOnlyList<string>? Bid, IReadOnlyList<string>? Ask);
