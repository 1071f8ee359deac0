using Ingester.Core.Time;

namespace Ingester.Deriving.Candles;

/// <summary>The candles of one length of one market, as the exchange serves them.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The canonical name of the market.</param>
/// <param name="Interval">The length of a candle; it divides a day.</param>
internal sealed record CandleSeries(string Exchange, string Market, TimeSpan Interval)
{
    /// <summary>The length of a candle in microseconds.</summary>
    public long IntervalMicros => Micros.From(Interval);

    /// <inheritdoc/>
    public override string ToString() => $"{Exchange} {Market} {CandleIntervals.NameOf(Interval)}";
}
