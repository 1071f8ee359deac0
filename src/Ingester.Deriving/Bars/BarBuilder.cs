using System.Text.Json;
using Ingester.Core.Time;
using Ingester.Deriving.Inputs;
using Ingester.Reading.Merging;

namespace Ingester.Deriving.Bars;

/// <summary>
/// Makes bars of one minute from a merged stream of trades. A trade belongs to the minute of its exchange time; open and close follow the order of the
/// sequence. A trade with an implausible time belongs to the minute of the trade before it. Pure: no clock, no store.
/// </summary>
/// <param name="period">The period of the bars, whole minutes.</param>
/// <param name="market">The market.</param>
/// <param name="source">The name of the dataset.</param>
/// <param name="canBeProven">False when the exchange offers no proof of completeness for this stream.</param>
internal sealed class BarBuilder(Period period, string market, string source, bool canBeProven)
{
    private readonly MinuteTrades?[] minutes = new MinuteTrades?[(period.To - period.From) / Window.MicrosPerMinute];
    private long lastMicros = period.From;

    /// <summary>
    /// Adds the next event or mark in order. Pass also the events of the minute after the period: rows that arrived out of order are stored there.
    /// </summary>
    public void Add(in MarketEvent found)
    {
        switch (found.Kind)
        {
            case MarketEventKind.Row:
                AddRow(found);
                break;
            case MarketEventKind.Gap:
                AddGap(found);
                break;
            case MarketEventKind.Conflict:
                At(found.Micros)?.AddConflict();
                break;
            case MarketEventKind.Unreadable:
                for (var micros = found.Micros; micros < found.EndMicros; micros += Window.MicrosPerMinute)
                    At(micros)?.AddGap(found.Note!);
                break;
            default:
                break; // a reset loses nothing; the states of the minutes contain the marks of the audit
        }
    }

    /// <summary>The bars in order of time. A minute without a recording has none.</summary>
    /// <param name="states">What the audit says about each minute of the period.</param>
    public IEnumerable<Bar> Complete(IReadOnlyList<MinuteState> states)
    {
        for (var index = 0; index < minutes.Length; index++)
            if ((minutes[index] ?? new()).ToBar(market, period.From + index * Window.MicrosPerMinute, source, states[index], canBeProven) is { } bar)
                yield return bar;
    }

    private void AddRow(in MarketEvent found)
    {
        ParsedTrade trade;
        try
        {
            trade = ParsedTrade.Read(found.Row);
        }
        catch (JsonException invalid)
        {
            At(found.Micros)?.AddGap($"A row is not readable: {invalid.Message}.");
            return;
        }

        if (trade.IsTimePlausible)
            lastMicros = found.Micros;
        At(lastMicros)?.Add(trade);
    }

    /// <summary>Every minute from the event before the gap to the event after it may lack trades.</summary>
    private void AddGap(in MarketEvent gap)
    {
        const string Reason = "Ids are missing.";
        var (first, last) = (Window.Containing(Math.Min(lastMicros, gap.Micros), 1).StartMicros, Window.Containing(gap.Micros, 1).StartMicros);
        for (var micros = Math.Max(first, period.From); micros < last && micros < period.To; micros += Window.MicrosPerMinute)
            At(micros)?.AddGap(Reason);
        At(last)?.AddGap(Reason, gap.Range is { } range ? range.UpTo - range.After : 0);
    }

    private MinuteTrades? At(long micros) => period.Contains(micros) ? minutes[(micros - period.From) / Window.MicrosPerMinute] ??= new() : null;
}
