namespace Ingester.Deriving.Candles;

/// <summary>Consecutive candles of one series.</summary>
/// <param name="FirstMicros">Start of the first candle, microseconds UTC.</param>
/// <param name="LastMicros">Start of the last candle, microseconds UTC; not before the first.</param>
internal readonly record struct CandleSpan(long FirstMicros, long LastMicros)
{
    /// <summary>True when a candle that starts at this time is in the span.</summary>
    public bool Contains(long startMicros) => startMicros >= FirstMicros && startMicros <= LastMicros;

    /// <summary>The parts of this span that none of the others covers, in order.</summary>
    /// <param name="stored">Spans in any order; they may overlap.</param>
    /// <param name="intervalMicros">The length of a candle, microseconds.</param>
    public IReadOnlyList<CandleSpan> Except(IEnumerable<CandleSpan> stored, long intervalMicros)
    {
        var missing = new List<CandleSpan>();
        var at = FirstMicros;
        foreach (var span in stored.OrderBy(span => span.FirstMicros))
        {
            if (span.FirstMicros > LastMicros)
                break;
            if (span.FirstMicros > at)
                missing.Add(new(at, span.FirstMicros - intervalMicros));
            at = Math.Max(at, span.LastMicros + intervalMicros);
        }

        if (at <= LastMicros)
            missing.Add(new(at, LastMicros));
        return missing;
    }

    /// <summary>The spans with those joined that overlap or follow each other, in order.</summary>
    /// <param name="spans">Spans in any order.</param>
    /// <param name="intervalMicros">The length of a candle, microseconds.</param>
    public static IReadOnlyList<CandleSpan> Join(IEnumerable<CandleSpan> spans, long intervalMicros)
    {
        var joined = new List<CandleSpan>();
        foreach (var span in spans.OrderBy(span => span.FirstMicros))
            if (joined is [.., var last] && span.FirstMicros <= last.LastMicros + intervalMicros)
                joined[^1] = last with { LastMicros = Math.Max(last.LastMicros, span.LastMicros) };
            else
                joined.Add(span);
        return joined;
    }
}
