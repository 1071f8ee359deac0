using Ingester.Core.Exchanges;

namespace Ingester.Publishing.Witnesses;

/// <summary>A row of a published file as a trade of the stream.</summary>
/// <param name="Id">The id.</param>
/// <param name="Trade">The trade; null if the row does not state all that a row of the stream states.</param>
/// <param name="Refusal">Why there is no trade, as a part of a sentence; otherwise null.</param>
internal readonly record struct ArchiveRow(long Id, HistoricalTrade? Trade, string? Refusal);
