using Ingester.Core.Time;
using Ingester.Simulator.Events;

namespace Ingester.Simulator.Model;

/// <summary>
/// The trades of a market by minute, from which candles of any length are computed. The market is listed for thirty days before its first trade, with candles without trades.
/// </summary>
internal sealed class SimulatedCandles
{
    /// <summary>Number of minutes with trades that are kept: a week. The oldest are dropped.</summary>
    private const int MaxMinutes = 10_080;

    private static readonly long MinuteMicros = Micros.From(TimeSpan.FromMinutes(1));
    private static readonly long ListedMicros = Micros.From(TimeSpan.FromDays(30));
    private readonly List<SimulatedCandle> minutes = [];
    private long? firstMicros;

    /// <summary>True when requests for candles of the market fail.</summary>
    public bool Fail { get; set; }

    /// <summary>Adds the next trade; its time is not before that of the last.</summary>
    public void Add(in SimulatedTrade trade)
    {
        var minute = trade.Micros - trade.Micros % MinuteMicros;
        firstMicros ??= minute;
        if (minutes is not [.., { } last] || last.StartMicros != minute)
        {
            if (minutes.Count == MaxMinutes)
                minutes.RemoveRange(0, MaxMinutes / 2);
            minutes.Add(new(minute, trade.Price));
        }

        minutes[^1].Add(trade);
    }

    /// <summary>Candles in the order of their starts; none before the market was listed.</summary>
    /// <param name="lengthMicros">The length of a candle, a multiple of a minute.</param>
    /// <param name="fromMicros">The first candle starts at or after this time.</param>
    /// <param name="untilMicros">The last candle starts at or before this time.</param>
    /// <param name="count">Maximum number of candles.</param>
    public IEnumerable<SimulatedCandle> Read(long lengthMicros, long fromMicros, long untilMicros, int count)
    {
        if (firstMicros is not { } first)
            yield break;
        var start = (Math.Max(fromMicros, first - ListedMicros) + lengthMicros - 1) / lengthMicros * lengthMicros;
        var index = minutes.FindIndex(minute => minute.StartMicros >= start) is >= 0 and var found ? found : minutes.Count;
        for (; count > 0 && start <= untilMicros; count--, start += lengthMicros)
        {
            var candle = new SimulatedCandle(start, index > 0 ? minutes[index - 1].Close : minutes[0].Open);
            for (; index < minutes.Count && minutes[index].StartMicros < start + lengthMicros; index++)
                candle.Add(minutes[index]);
            yield return candle;
        }
    }
}
