using System.Numerics;
using Ingester.Core.Time;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Stores;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Numbers;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Deriving.Running;
using Ingester.Reading.Objects;

namespace Ingester.Dashboard.Markets.Figures;

/// <summary>
/// Reads the bars of a market: those of <c>ingester derive</c> where they are stored, otherwise computed from the stored trades by the same code.
/// </summary>
/// <param name="memories">What is kept between two views.</param>
/// <param name="clock">The clock.</param>
internal sealed class BarQuery(MarketMemories memories, TimeProvider clock)
{
    /// <summary>Maximum number of minutes whose trades one query reads.</summary>
    public const int MaxComputedMinutes = 6 * 60;

    /// <summary>Reads the bars that ended before a moment.</summary>
    /// <param name="store">The store.</param>
    /// <param name="market">The market.</param>
    /// <param name="interval">Their length and number.</param>
    /// <param name="end">The moment, microseconds UTC.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<BarSeries> ReadAsync(OpenedStore store, MarketId market, BarInterval interval, long end, CancellationToken cancellation)
    {
        var to = end / interval.Micros * interval.Micros;
        var from = Math.Max(0, to - interval.Count * interval.Micros);
        var memory = memories.Of(market);
        await memory.Gate.WaitAsync(cancellation);
        try
        {
            var derived = new DerivedBars(new(store.Objects, store.Prefix, clock), store.Prefix, market.Exchange, market.Market);
            var report = new DeriveReport();
            var missing = await FindMissingAsync(memory, derived, interval, from, to, cancellation);
            var (due, left) = Limit(missing, interval);
            await ComputeAsync(store, market, memory, derived, interval, due, report, cancellation);
            var views = new List<BarView>();
            for (var start = from; start < to; start += interval.Micros)
                views.Add(View(memory, derived, interval, start, left));
            return new(interval, from, to, views, [.. report.Unreadable], left.Count == 0 ? null
                : $"{left.Count} bars were not computed: the trades of more than {MaxComputedMinutes / 60} hours would have to be read. Run ingester derive --dataset bars to store them.");
        }
        finally
        {
            memory.Gate.Release();
        }
    }

    /// <summary>The starts of the bars that are neither stored nor in memory. Stored ones are in memory afterwards.</summary>
    private static async Task<List<long>> FindMissingAsync(MarketMemory memory, DerivedBars derived, BarInterval interval, long from, long to, CancellationToken cancellation)
    {
        var missing = new List<long>();
        var bars = memory.Bars(interval.Minutes);
        for (var start = from; start < to; start += interval.Micros)
        {
            var source = await derived.FindAsync(start, interval.Minutes, cancellation);
            if (bars.TryGet(start, source, out _))
                continue;
            if (source is not null && await derived.ReadAsync(start, interval.Minutes, cancellation) is { } bar)
                bars.Set(start, source, bar, IsFinal(bar));
            else if (!bars.TryGet(start, null, out _))
                missing.Add(start);
        }

        return missing;
    }

    /// <summary>The newest bars whose trades may be read, and the others.</summary>
    private static (List<long> Due, HashSet<long> Left) Limit(List<long> missing, BarInterval interval)
    {
        var count = Math.Min(missing.Count, Math.Max(1, MaxComputedMinutes / interval.Minutes));
        return (missing[^count..], [.. missing[..^count]]);
    }

    private static async Task ComputeAsync(
        OpenedStore store, MarketId market, MarketMemory memory, DerivedBars derived, BarInterval interval, List<long> due, DeriveReport report, CancellationToken cancellation)
    {
        if (interval.Minutes == 1)
        {
            await ComputeMinutesAsync(store, market, memory, due, report, cancellation);
            return;
        }

        var minute = new BarInterval("", 1, 0);
        var missing = new List<long>();
        foreach (var start in due)
            missing.AddRange(await FindMissingAsync(memory, derived, minute, start, start + interval.Micros, cancellation));
        await ComputeMinutesAsync(store, market, memory, missing, report, cancellation);
        foreach (var start in due)
        {
            var rollup = new BarRollup(market.Market, start, interval.Minutes);
            var count = 0;
            for (var part = start; part < start + interval.Micros; part += Window.MicrosPerMinute)
                if (await FindMinuteAsync(memory, derived, part, cancellation) is { } bar)
                {
                    rollup.Add(bar);
                    count++;
                }

            var whole = count == 0 ? null : rollup.Complete();
            memory.Bars(interval.Minutes).Set(start, null, whole, IsFinal(whole));
        }
    }

    private static async Task<Bar?> FindMinuteAsync(MarketMemory memory, DerivedBars derived, long minute, CancellationToken cancellation) =>
        memory.Bars(1).TryGet(minute, await derived.FindAsync(minute, 1, cancellation), out var bar) || memory.Bars(1).TryGet(minute, null, out bar) ? bar : null;

    private static async Task ComputeMinutesAsync(OpenedStore store, MarketId market, MarketMemory memory, List<long> minutes, DeriveReport report, CancellationToken cancellation)
    {
        var deriver = new MarketDeriver(new ArchiveReader(store.Objects, store.Prefix), market.Exchange, market.Market);
        foreach (var run in MinuteRuns.Of(minutes))
        {
            var found = (await deriver.ReadBarsAsync(run, report, cancellation)).ToDictionary(static bar => bar.StartMicros);
            for (var minute = run.From; minute < run.To; minute += Window.MicrosPerMinute)
                memory.Bars(1).Set(minute, null, found.GetValueOrDefault(minute), IsFinal(found.GetValueOrDefault(minute)));
        }
    }

    private static bool IsFinal(Bar? bar) => bar?.Condition is DataCondition.Complete or DataCondition.Quiet;

    private static BarView View(MarketMemory memory, DerivedBars derived, BarInterval interval, long start, HashSet<long> left)
    {
        if (left.Contains(start))
            return new() { StartMicros = start, State = DisplayState.NotExpected, Condition = "not computed", Reason = "The bar was not computed, see the note." };
        var (bars, source) = (memory.Bars(interval.Minutes), derived.Known(start, interval.Minutes));
        if (!bars.TryGet(start, source, out var bar))
            (_, source) = (bars.TryGet(start, null, out bar), null);
        return bar is null
            ? new() { StartMicros = start, State = DisplayState.NotExpected, Condition = "not expected", Reason = "Nothing was to be recorded, and nothing is stored." }
            : View(bar, source);
    }

    private static BarView View(Bar bar, string? source) => new()
    {
        StartMicros = bar.StartMicros,
        State = ConditionState.Of(bar.Condition),
        Condition = bar.Condition.Name(),
        Reason = bar.Reason,
        Open = bar.Open?.ToString(),
        High = bar.High?.ToString(),
        Low = bar.Low?.ToString(),
        Close = bar.Close?.ToString(),
        Volume = bar.IsKnown ? Text(bar.Volume) : null,
        BuyTrades = bar.IsKnown ? bar.Buys.Count : null,
        SellTrades = bar.IsKnown ? bar.Sells.Count : null,
        BuyVolume = bar.IsKnown ? Text(bar.Buys.Volume) : null,
        SellVolume = bar.IsKnown ? Text(bar.Sells.Volume) : null,
        VolumeDifference = bar.IsKnown ? Text(bar.Buys.Volume - bar.Sells.Volume) : null,
        DerivedKey = source,
    };

    private static string Text(BigInteger volume) => ExactMath.Format(volume, ExactMath.Scale);
}
