using Ingester.Core.Time;

namespace Ingester.Deriving.Candles;

/// <summary>Decides which candles are finished.</summary>
internal static class CandleTimes
{
    /// <summary>How long after its end a candle counts as finished: the exchange then has its last trades, and the clocks may differ by less.</summary>
    public static readonly TimeSpan FinishDelay = TimeSpan.FromSeconds(5);

    /// <summary>The start of the last finished candle, microseconds UTC.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="intervalMicros">The length of a candle, microseconds.</param>
    public static long LastFinished(DateTimeOffset now, long intervalMicros)
    {
        var end = Micros.From(now - FinishDelay);
        return end - end % intervalMicros - intervalMicros;
    }

    /// <summary>The time until the candle that ended last is finished; zero when it is.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="intervalMicros">The length of a candle, microseconds.</param>
    public static TimeSpan UntilFinished(DateTimeOffset now, long intervalMicros)
    {
        var sinceEnd = TimeSpan.FromMicroseconds(Micros.From(now) % intervalMicros);
        return sinceEnd < FinishDelay ? FinishDelay - sinceEnd : TimeSpan.Zero;
    }

    /// <summary>The start of the candle that contains a time or, where it starts later, of the next one: the first candle at or after the time.</summary>
    public static long FirstAtOrAfter(DateTimeOffset time, long intervalMicros) => (Micros.From(time) + intervalMicros - 1) / intervalMicros * intervalMicros;
}
