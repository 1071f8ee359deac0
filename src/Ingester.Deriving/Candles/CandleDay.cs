using Ingester.Core.Exchanges;

namespace Ingester.Deriving.Candles;

/// <summary>The candles of one object: those of a series within one UTC day.</summary>
/// <param name="Span">The candles that the object covers.</param>
/// <param name="Candles">Those that the exchange returned, in the order of their starts; at least one.</param>
internal sealed record CandleDay(CandleSpan Span, IReadOnlyList<Candle> Candles);
