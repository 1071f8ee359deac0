using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Exchanges;

/// <summary>A request for historical trades.</summary>
/// <param name="Market">The market.</param>
/// <param name="Range">The requested ids.</param>
/// <param name="FromMicros">A time before all requested trades, microseconds UTC.</param>
/// <param name="Cursor">The cursor from the previous page; null for the first page.</param>
internal sealed record TradeHistoryQuery(Market Market, SequenceRange Range, long FromMicros, string? Cursor = null);
