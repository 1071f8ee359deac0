using System.Numerics;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Books;

/// <summary>
/// Samples the metrics of one book on grids. A tick at T has the last state strictly before T, and means over the time since the tick before. Ticks of a
/// minute are those after its start, up to and including its end.
/// </summary>
internal sealed class MetricSampler : IBookObserver
{
    private readonly string market;
    private readonly MetricOptions options;
    private readonly BookMetrics metrics;
    private readonly MetricRow row;
    private readonly MeanTracker[] means; // mid, spread, microprice, then bid and ask depth of each band
    private readonly MeanPoint[][] lastPoints; // of each grid
    private DerivedRows? rows;
    private long next; // the next tick of the shortest grid
    private bool hasCosts;

    /// <summary>Creates a sampler.</summary>
    /// <param name="market">The market.</param>
    /// <param name="options">The metrics.</param>
    /// <param name="names">Their names.</param>
    public MetricSampler(string market, MetricOptions options, MetricNames names)
    {
        (this.market, this.options) = (market, options);
        (metrics, row) = (new(options, names), new(options, names));
        means = [.. Enumerable.Range(0, 3 + 2 * options.BandBasisPoints.Count).Select(static _ => new MeanTracker())];
        lastPoints = [.. options.GridSeconds.Select(_ => new MeanPoint[means.Length])];
    }

    /// <summary>Begins a minute: rows are written to another target, and do not depend on the minute before.</summary>
    /// <param name="target">Receives the rows; null to write none.</param>
    /// <param name="book">The book at the start.</param>
    /// <param name="micros">Start of the minute, microseconds UTC.</param>
    public void StartMinute(DerivedRows? target, BookView book, long micros)
    {
        rows = target;
        next = NextTick(micros);
        foreach (var mean in means)
            mean.Restart(micros);
        foreach (var points in lastPoints)
            Array.Clear(points);
        Changed(book, micros);
    }

    /// <inheritdoc/>
    public void AdvanceTo(BookView book, long micros)
    {
        if (rows is null)
            return;
        for (; next <= micros; next = NextTick(next))
            for (var grid = 0; grid < options.GridSeconds.Count; grid++)
                if (next % (options.GridSeconds[grid] * MetricTick.MicrosPerSecond) == 0)
                    WriteTick(book, grid);
    }

    /// <inheritdoc/>
    public void Changed(BookView book, long micros)
    {
        if (rows is null)
            return; // while the history before the first minute is read
        hasCosts = false;
        if (!book.IsUsable)
        {
            foreach (var mean in means)
                mean.Set(null, micros);
            return;
        }

        metrics.MeasureBands(book.Book);
        means[0].Set(metrics.Prices?.Mid, micros);
        means[1].Set(metrics.Prices?.Spread, micros);
        means[2].Set(metrics.Prices?.Microprice, micros);
        var bands = options.BandBasisPoints.Count;
        for (var band = 0; band < bands; band++)
        {
            means[3 + band].Set(metrics.BidDepths[band], micros);
            means[3 + bands + band].Set(metrics.AskDepths[band], micros);
        }
    }

    private void WriteTick(BookView book, int grid)
    {
        if (book.IsUsable && !hasCosts)
        {
            metrics.MeasureCosts(book.Book);
            hasCosts = true;
        }

        var integrals = new BigInteger?[means.Length];
        for (var index = 0; index < means.Length; index++)
        {
            var point = means[index].PointAt(next);
            integrals[index] = point.Since(lastPoints[grid][index]);
            lastPoints[grid][index] = point;
        }

        row.Write(rows!, market, new(next, options.GridSeconds[grid]), book, metrics, integrals);
    }

    private long NextTick(long micros)
    {
        var first = long.MaxValue;
        foreach (var seconds in options.GridSeconds)
            first = Math.Min(first, (micros / (seconds * MetricTick.MicrosPerSecond) + 1) * seconds * MetricTick.MicrosPerSecond);
        return first;
    }
}
