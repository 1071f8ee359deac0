using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Deriving.Candles;

/// <summary>
/// Divides the candles of one fetched span into days. A day ends when a candle of a later day arrives, so it covers everything to its end; the last day covers nothing after
/// its last candle, because the exchange may not serve the next ones yet. Days without a candle are left out. Memory: one day.
/// </summary>
/// <param name="span">The fetched span.</param>
/// <param name="intervalMicros">The length of a candle, microseconds.</param>
internal sealed class CandleDays(CandleSpan span, long intervalMicros)
{
    private static readonly long DayMicros = Micros.From(TimeSpan.FromDays(1));

    private List<Candle> candles = [];

    /// <summary>Adds the next candle, later than all before; returns the day before if it is complete.</summary>
    public CandleDay? Add(Candle candle)
    {
        var ended = candles is [var first, ..] && DayOf(first.StartMicros) != DayOf(candle.StartMicros) ? Take(DayOf(first.StartMicros) + DayMicros - intervalMicros) : null;
        candles.Add(candle);
        return ended;
    }

    /// <summary>The last day; null when it has no candle.</summary>
    public CandleDay? Complete() => candles is [.., var last] ? Take(last.StartMicros) : null;

    private CandleDay Take(long lastMicros)
    {
        var day = new CandleDay(new(Math.Max(span.FirstMicros, DayOf(candles[0].StartMicros)), lastMicros), candles);
        candles = [];
        return day;
    }

    private static long DayOf(long micros) => micros - micros % DayMicros;
}
