using Ingester.Core.Books;
using Ingester.Core.Time;
using Ingester.Deriving.Rows;
using Ingester.Reading.Journals;

namespace Ingester.Deriving.Bars;

/// <summary>Makes one longer bar from the bars of its minutes. All sums are exact, so the result equals that of the trades themselves.</summary>
/// <param name="market">The market.</param>
/// <param name="startMicros">Start of the bar, microseconds UTC.</param>
/// <param name="minutes">Length in minutes.</param>
internal sealed class BarRollup(string market, long startMicros, int minutes)
{
    private ExactDecimal? open, high, low, close;
    private TradeTotals buys, sells;
    private long excluded, missing;
    private int count, missingMinutes;
    private string? firstId, lastId, source, reason;
    private StatedGrade grade = StatedGrade.Unknown;
    private DataCondition worst = DataCondition.Complete;
    private bool isQuiet = true;

    /// <summary>End of the bar, microseconds UTC, exclusive.</summary>
    public long EndMicros => startMicros + minutes * Window.MicrosPerMinute;

    /// <summary>Adds the bar of the next minute.</summary>
    /// <exception cref="ArgumentException">The bar is not a minute of this bar.</exception>
    public void Add(Bar minute)
    {
        if (minute.Market != market || minute.Minutes != 1 || minute.StartMicros < startMicros || minute.StartMicros >= EndMicros)
            throw new ArgumentException($"The bar of {minute.Market} at {Micros.ToDateTime(minute.StartMicros):u} is not a minute of this bar.", nameof(minute));
        count++;
        source ??= minute.Source;
        if (minute.Source != source)
            (worst, reason) = (DataCondition.Partial, "Some minutes are from trades and others from agg-trades.");
        missing += minute.Missing;
        missingMinutes += minute.Condition == DataCondition.Missing ? 1 : 0;
        firstId ??= minute.FirstId;
        lastId = minute.LastId ?? lastId;
        isQuiet &= minute.Condition == DataCondition.Quiet;
        if (minute.Condition != DataCondition.Quiet && minute.Condition > worst)
            (worst, reason) = (minute.Condition, minute.Reason);
        if (StatedGrade.Parse(minute.Grade) is var stated && stated != StatedGrade.Unknown)
            grade = grade == StatedGrade.Unknown ? stated : StatedGrade.Weaker(grade, stated);
        if (!minute.IsKnown)
            return;
        open ??= minute.Open;
        high = minute.High is { } top && !(high >= top) ? top : high;
        low = minute.Low is { } bottom && !(low <= bottom) ? bottom : low;
        close = minute.Close ?? close;
        (buys, sells, excluded) = (buys.Add(minute.Buys), sells.Add(minute.Sells), excluded + minute.Excluded);
    }

    /// <summary>Creates the bar. Its condition is the worst of its minutes; with a minute that has no bar it is partial.</summary>
    public Bar Complete()
    {
        var (condition, why) =
            missingMinutes == minutes ? (DataCondition.Missing, reason)
            : count < minutes ? (DataCondition.Partial, $"{minutes - count} of {minutes} minutes have no bar.")
            : worst == DataCondition.Missing ? (DataCondition.Partial, $"{missingMinutes} of {minutes} minutes are missing.")
            : (isQuiet ? DataCondition.Quiet : worst, reason);
        var isKnown = condition.HasTotals();
        return new()
        {
            Market = market,
            StartMicros = startMicros,
            Minutes = minutes,
            Source = source ?? "",
            Condition = condition,
            Reason = why,
            Grade = grade == StatedGrade.Unknown ? null : grade.ToString(),
            Missing = missing,
            Open = isKnown ? open : null,
            High = isKnown ? high : null,
            Low = isKnown ? low : null,
            Close = isKnown ? close : null,
            Buys = isKnown ? buys : default,
            Sells = isKnown ? sells : default,
            Excluded = isKnown ? excluded : 0,
            FirstId = firstId,
            LastId = lastId,
        };
    }
}
