using Ingester.Core.Exchanges;
using Ingester.Deriving.Candles;

namespace Ingester.Candles;

/// <summary>Passes on the fetched candles that are not stored yet, by day.</summary>
/// <param name="missing">The spans that are not stored, in order.</param>
/// <param name="intervalMicros">The length of a candle, microseconds.</param>
internal sealed class MissingCandles(IReadOnlyList<CandleSpan> missing, long intervalMicros)
{
    private int index;
    private CandleDays? days;

    /// <summary>Adds the next fetched candle; returns the days that are complete now.</summary>
    public IEnumerable<CandleDay> Add(Candle candle)
    {
        while (index < missing.Count && candle.StartMicros > missing[index].LastMicros)
        {
            if (Complete() is { } ended)
                yield return ended;
            index++;
        }

        if (index == missing.Count || !missing[index].Contains(candle.StartMicros))
            yield break;
        days ??= new(missing[index], intervalMicros);
        if (days.Add(candle) is { } day)
            yield return day;
    }

    /// <summary>The last day; null when it has no candle.</summary>
    public CandleDay? Complete()
    {
        var last = days?.Complete();
        days = null;
        return last;
    }
}
