using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Books;
using Ingester.Deriving.Inputs;
using Ingester.Deriving.Rows;
using Ingester.Exchanges;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Running;

/// <summary>Derives bars and book metrics of one market in memory: the same rows as <see cref="ExchangeDeriver"/>, without writing them.</summary>
/// <param name="archive">The archive.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="market">The market.</param>
internal sealed class MarketDeriver(ArchiveReader archive, string exchange, string market)
{
    /// <summary>Reads the bars of one minute of a period of whole minutes, in order of time. A minute without a recording has none.</summary>
    /// <param name="period">The period; hours, not days, because its journals are in memory.</param>
    /// <param name="report">Notes what is not readable.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <exception cref="Storage.Stores.StoreException">The store did not return an object.</exception>
    public async Task<IReadOnlyList<Bar>> ReadBarsAsync(Period period, DeriveReport report, CancellationToken cancellation)
    {
        var read = new Period(period.From, period.To + BarSource.Margin);
        var (source, reader) = (new BarSource(archive, exchange), CreateReader(read));
        var bars = new List<Bar>();
        foreach (var stream in await source.FindStreamsAsync(reader, read, cancellation))
            bars.AddRange(await source.ReadAsync(period, reader, stream, report, cancellation));
        report.Unreadable.UnionWith(reader.Unreadable);
        return bars;
    }

    /// <summary>Writes the book metrics of a period of whole minutes. There are none if no book is stored and none was expected.</summary>
    /// <param name="period">The period; hours, not days, because its journals are in memory.</param>
    /// <param name="options">The metrics.</param>
    /// <param name="rows">Receives the rows of <see cref="MetricRow"/>.</param>
    /// <param name="report">Notes what is not readable.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <exception cref="Storage.Stores.StoreException">The store did not return an object.</exception>
    public async Task ReadMetricsAsync(Period period, MetricOptions options, DerivedRows rows, DeriveReport report, CancellationToken cancellation)
    {
        if (ExchangeCatalog.Find(exchange)?.Profile is not { } profile)
            return;
        var read = new Period(period.From, period.To + BookSource.Margin);
        var reader = CreateReader(read);
        if (await new BookSource(archive, profile).ReadAsync(reader, market, period, cancellation) is not { HasAny: true } inputs)
            return;
        var sampler = new MetricSampler(market, options, new(options));
        await using var book = new BookReader(archive, new(profile.BookDataset, exchange, market), profile, new(quotes: null, sampler));
        await book.OpenAsync(read, inputs, reader.Journals, report, cancellation);
        await book.AdvanceAsync(period.From, report, cancellation);
        for (var minute = period.From; minute < period.To; minute += Window.MicrosPerMinute)
        {
            book.Outputs.StartMinute(quoteRows: null, rows, book.View, minute);
            await book.AdvanceAsync(minute + Window.MicrosPerMinute, report, cancellation);
        }

        report.Unreadable.UnionWith(reader.Unreadable);
    }

    private InputReader CreateReader(Period period) => new(archive, exchange, Escape(market), period);

    /// <summary>The pattern that only this name matches.</summary>
    private static string Escape(string name) =>
        name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);
}
