using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Recording.Backfill;

/// <summary>A gap in trades that may be closed from the exchange's REST API.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Market">Its market, as the exchange names it.</param>
/// <param name="Missing">The missing ids.</param>
/// <param name="From">Exchange time of the last trade before the gap, microseconds UTC, or the start of its window.</param>
/// <param name="To">Exchange time of the first trade after the gap, or the start of its window.</param>
internal sealed record TradeGap(StreamId Stream, Market Market, SequenceRange Missing, long From, long To);
