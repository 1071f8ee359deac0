using System.Globalization;
using Ingester.Core.Books;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Numbers;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Running;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Paper.History;

/// <summary>
/// Reads the price history of a market from the bars of <c>ingester derive</c>. Bars that are not stored are computed from the recorded trades, for the last hours only.
/// A bar whose trades are not known completely has no price.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="prefix">Prefix of all keys.</param>
/// <param name="clock">The clock for delays between attempts.</param>
internal sealed class HistoryReader(IObjectStore store, string prefix, TimeProvider clock)
{
    private const long MaxComputed = 24 * 60 * Window.MicrosPerMinute; // the journals of one read are in memory

    private readonly ArchiveReader archive = new(store, prefix, clock);
    private readonly DerivedStore derived = new(store, prefix, clock);
    private readonly SortedSet<string> unreadable = new(StringComparer.Ordinal);

    /// <summary>One sentence for each object that is not readable.</summary>
    public IReadOnlyCollection<string> Unreadable => unreadable;

    /// <summary>Reads the history of a market before a moment.</summary>
    /// <param name="market">The market.</param>
    /// <param name="exchanges">The exchanges whose prices count.</param>
    /// <param name="minutes">Length of the bars; divides a day.</param>
    /// <param name="end">The moment, microseconds UTC; only bars that ended by then are read.</param>
    /// <param name="options">How much is read.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <exception cref="HistoryException">There are fewer than <see cref="HistoryOptions.MinPoints"/> points.</exception>
    /// <exception cref="StoreException">The store did not return an object.</exception>
    public async Task<PriceHistory> ReadAsync(string market, IReadOnlyList<string> exchanges, int minutes, long end, HistoryOptions options, CancellationToken cancellation)
    {
        const long Hour = 60 * Window.MicrosPerMinute;
        var length = minutes * Window.MicrosPerMinute;
        var to = end / length * length;
        var from = Math.Max(0, to - options.Days * 24 * Hour) / length * length;
        var computeFrom = Math.Max(from, to - options.ComputeHours * Hour) / length * length;
        var bars = new SortedDictionary<long, List<Bar>>();
        foreach (var exchange in exchanges)
            foreach (var bar in await ReadBarsAsync(exchange, market, minutes, new(from, to), computeFrom, cancellation))
                if (bar is { IsKnown: true, Close: not null })
                {
                    if (!bars.TryGetValue(bar.EndMicros, out var same))
                        bars[bar.EndMicros] = same = [];
                    same.Add(bar);
                }

        var history = new PriceHistory(checked((int)(options.Days * 24 * Hour / length)));
        foreach (var (ended, same) in bars)
            history.Add(new(ended, Median.Of(same.Select(static bar => ToDecimal(bar.Close!.Value))), same.Sum(static bar => decimal.Parse(ExactMath.Format(bar.Volume, ExactMath.Scale), CultureInfo.InvariantCulture))));
        return history.Points.Count >= HistoryOptions.MinPoints ? history : throw new HistoryException(
            $"The store has {history.Points.Count} bars of {minutes} min with a known price of {market} on {string.Join(", ", exchanges)} between {Micros.ToDateTime(from):yyyy-MM-dd HH:mm} and {Micros.ToDateTime(to):yyyy-MM-dd HH:mm} UTC; at least {HistoryOptions.MinPoints} are required. Run ingester derive --dataset bars, wait for more data, or choose shorter bars (Paper:BarMinutes).");
    }

    private static decimal ToDecimal(ExactDecimal value) => decimal.Parse(value.ToString(), CultureInfo.InvariantCulture);

    private async Task<List<Bar>> ReadBarsAsync(string exchange, string market, int minutes, Period period, long computeFrom, CancellationToken cancellation)
    {
        var length = minutes * Window.MicrosPerMinute;
        var stored = new DerivedBars(derived, prefix, exchange, market);
        var (bars, missing) = (new List<Bar>(), new List<long>());
        for (var start = period.From; start < period.To; start += length)
            if (await stored.FindAsync(start, minutes, cancellation) is not null && await stored.ReadAsync(start, minutes, cancellation) is { } bar)
                bars.Add(bar);
            else if (start >= computeFrom)
                missing.Add(start);
        foreach (var run in MinuteRuns.Of([.. missing.SelectMany(start => Enumerable.Range(0, minutes).Select(minute => start + minute * Window.MicrosPerMinute))]))
            for (var from = run.From; from < run.To; from += MaxComputed / length * length)
                bars.AddRange(await ComputeAsync(exchange, market, minutes, new(from, Math.Min(run.To, from + MaxComputed / length * length)), cancellation));
        return bars;
    }

    /// <summary>Computes the bars of a period from the recorded trades.</summary>
    private async Task<IEnumerable<Bar>> ComputeAsync(string exchange, string market, int minutes, Period period, CancellationToken cancellation)
    {
        var report = new DeriveReport();
        var rollups = new SortedDictionary<long, BarRollup>();
        foreach (var part in await new MarketDeriver(archive, exchange, market).ReadBarsAsync(period, report, cancellation))
        {
            var start = period.From + (part.StartMicros - period.From) / (minutes * Window.MicrosPerMinute) * (minutes * Window.MicrosPerMinute);
            if (!rollups.TryGetValue(start, out var rollup))
                rollups[start] = rollup = new(market, start, minutes);
            rollup.Add(part);
        }

        unreadable.UnionWith(report.Unreadable);
        return rollups.Values.Select(static rollup => rollup.Complete());
    }
}
