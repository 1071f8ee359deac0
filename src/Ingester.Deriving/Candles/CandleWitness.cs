using System.Runtime.CompilerServices;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Running;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Candles;

/// <summary>Compares the stored candles of an exchange with the stored bars of the same spans. Memory: one day of the candles of some markets, and two hours of bars.</summary>
/// <param name="candles">The stored candles.</param>
/// <param name="derived">The stored bars.</param>
/// <param name="trades">Reads the stored trades of a span whose candle and bar differ.</param>
/// <param name="exchange">The exchange.</param>
internal sealed class CandleWitness(StoredCandles candles, DerivedStore derived, SpanTradeReader trades, string exchange)
{
    /// <summary>Number of markets whose candles are in memory at the same time. The bars of a minute are read once for all of them.</summary>
    private const int MarketsAtOnce = 100;

    private static readonly long DayMicros = Micros.From(TimeSpan.FromDays(1));

    /// <summary>True when volumes of candles are in another unit than the sizes of trades: then they are not compared. Default: false.</summary>
    public bool HasBaseVolume { get; init; }

    /// <summary>
    /// Requests the candle that the exchange serves now, for a difference that nothing else explains: an empty list when it serves none, null when it does not answer. Default: null,
    /// nothing is requested.
    /// </summary>
    public Func<CandleSeries, long, CancellationToken, Task<IReadOnlyList<Candle>?>>? FetchAsync { get; init; }

    /// <summary>Compares every span that stored candles cover, by day and start.</summary>
    /// <param name="markets">The markets.</param>
    /// <param name="interval">The length of candles.</param>
    /// <param name="span">The first and the last start.</param>
    /// <param name="cancel">Cancels the comparison.</param>
    /// <exception cref="StoreException">The store does not answer, or a bar is not readable.</exception>
    public async IAsyncEnumerable<CandleComparison> CompareAsync(
        IReadOnlyList<string> markets, TimeSpan interval, CandleSpan span, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var some in markets.Chunk(MarketsAtOnce))
        {
            var bars = new StoredBars(derived, new MinutePublisher(derived, DerivedDataset.Bars, exchange, BarRow.Columns));
            for (var day = span.FirstMicros - span.FirstMicros % DayMicros; day <= span.LastMicros; day += DayMicros)
            {
                var loaded = new List<StoredDay>();
                foreach (var market in some)
                {
                    var series = new CandleSeries(exchange, market, interval);
                    var (spans, values) = await candles.ReadDayAsync(series, day, cancel);
                    if (spans.Count > 0)
                        loaded.Add(new(series, spans, values));
                }

                await foreach (var comparison in CompareDayAsync(loaded, bars, new(Math.Max(day, span.FirstMicros), Math.Min(day + DayMicros - 1, span.LastMicros)), cancel))
                    yield return comparison;
            }
        }
    }

    private async IAsyncEnumerable<CandleComparison> CompareDayAsync(
        List<StoredDay> days, StoredBars bars, CandleSpan span, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (days.Count == 0)
            yield break;
        var length = days[0].Series.IntervalMicros;
        for (var start = (span.FirstMicros + length - 1) / length * length; start <= span.LastMicros; start += length)
        {
            var at = start;
            var covered = days.Where(day => day.Spans.Any(stored => stored.Contains(at))).ToList();
            if (covered.Count == 0)
                continue;
            var found = await ReadBarsAsync([.. covered.Select(day => day.Series.Market)], bars, (start, length), cancel);
            foreach (var day in covered)
                yield return await CompareAsync(day.Series, start, day.Candles.GetValueOrDefault(start), found.GetValueOrDefault(day.Series.Market), cancel);
        }
    }

    private async Task<CandleComparison> CompareAsync(CandleSeries series, long start, Candle? candle, Bar? bar, CancellationToken cancel)
    {
        var comparer = new CandleComparer(series, HasBaseVolume);
        var comparison = comparer.Compare(start, candle, bar);
        if (comparison.Verdict == CandleVerdict.Unexplained && candle is not null)
            comparison = comparer.Explain(comparison, candle, await trades.ReadAsync(series, candle, bar!.Source, cancel));
        if (comparison.Verdict == CandleVerdict.Unexplained && FetchAsync is not null && await FetchAsync(series, start, cancel) is { } served)
            comparison = comparer.Revise(comparison, candle, served is [var now, ..] ? now : null, bar!);
        return comparison;
    }

    /// <summary>The bars of a span by market; none for a market of which no minute is stored.</summary>
    private static async Task<Dictionary<string, Bar>> ReadBarsAsync(HashSet<string> markets, StoredBars bars, (long Start, long Length) span, CancellationToken cancel)
    {
        var minutes = (int)(span.Length / Window.MicrosPerMinute);
        var longer = new Dictionary<string, BarRollup>(StringComparer.Ordinal);
        for (var minute = span.Start; minute < span.Start + span.Length; minute += Window.MicrosPerMinute)
            foreach (var bar in await bars.GetAsync(minute, cancel))
            {
                if (!markets.Contains(bar.Market))
                    continue;
                if (!longer.TryGetValue(bar.Market, out var rollup))
                    longer.Add(bar.Market, rollup = new(bar.Market, span.Start, minutes));
                rollup.Add(bar);
            }

        return longer.ToDictionary(entry => entry.Key, entry => entry.Value.Complete(), StringComparer.Ordinal);
    }

    private sealed record StoredDay(CandleSeries Series, IReadOnlyList<CandleSpan> Spans, IReadOnlyDictionary<long, Candle> Candles);
}
