using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Deriving.Books;
using Ingester.Deriving.Inputs;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Exchanges;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Running;

/// <summary>Derives quotes and metrics of the books of one exchange, some minutes at a time. Both are made from one reading.</summary>
internal sealed class BookDeriver : IAsyncDisposable
{
    private readonly ArchiveReader archive;
    private readonly ExchangeProfile profile;
    private readonly BookSource source;
    private readonly DeriveOptions options;
    private readonly MetricNames names;
    private readonly Dictionary<string, BookReader> readers = new(StringComparer.Ordinal);

    /// <summary>Creates a deriver.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="store">The store of derived objects.</param>
    /// <param name="exchange">The exchange; it must be in the catalog.</param>
    /// <param name="options">What is derived.</param>
    public BookDeriver(ArchiveReader archive, DerivedStore store, string exchange, DeriveOptions options)
    {
        (this.archive, this.options, names) = (archive, options, new(options.Metrics));
        profile = ExchangeCatalog.Find(exchange)!.Profile;
        source = new(archive, profile);
        if (options.Datasets.Contains(DerivedDataset.Quotes))
            Quotes = new(store, DerivedDataset.Quotes, exchange, QuoteWriter.Columns);
        if (options.Datasets.Contains(DerivedDataset.BookMetrics))
            Metrics = new(store, DerivedDataset.BookMetrics, exchange, MetricRow.Columns(names));
    }

    /// <summary>The minute objects of quotes; null when they are not derived.</summary>
    public MinutePublisher? Quotes { get; }

    /// <summary>The minute objects of metrics; null when they are not derived.</summary>
    public MinutePublisher? Metrics { get; }

    /// <summary>Derives the minutes of a period of at most one UTC hour whose inputs have changed.</summary>
    public async Task DeriveAsync(Period period, DeriveReport report, CancellationToken cancellation)
    {
        var reader = new InputReader(archive, profile.Name, options.MarketPattern, new(period.From, period.To + BookSource.Margin));
        var markets = await reader.FindMarketsAsync(profile.BookDataset, cancellation);
        var inputs = new List<BookInputs>();
        var (quotes, metrics) = (new InputFingerprint(period, $"quotes 1 {options.MarketPattern}"), new InputFingerprint(period, $"book-metrics 1 {options.MarketPattern} {Describe(options.Metrics)}"));
        foreach (var market in markets)
            if (await source.ReadAsync(reader, market, period, cancellation) is { HasAny: true } found)
            {
                inputs.Add(found);
                IReadOnlyList<(long, string)> books = [.. found.Snapshots.Select(static one => (one.Name.MinuteMicros, one.Key))];
                quotes.AddHistory(found.Diffs, BookSource.Margin, books);
                metrics.AddHistory(found.Diffs, BookSource.Margin, books);
            }

        if (inputs.Count == 0)
            return;
        var (changedQuotes, changedMetrics) = (await FindChangedAsync(Quotes, period, quotes, cancellation), await FindChangedAsync(Metrics, period, metrics, cancellation));
        foreach (var run in MinuteRuns.Of([.. changedQuotes.Union(changedMetrics).Order()]))
        {
            await OpenAsync(run, reader, inputs, report, cancellation);
            for (var minute = run.From; minute < run.To; minute += Window.MicrosPerMinute)
            {
                using var quoteRows = changedQuotes.Contains(minute) ? new DerivedRows() : null;
                using var metricRows = changedMetrics.Contains(minute) ? new DerivedRows() : null;
                await DeriveMinuteAsync(minute, inputs, quoteRows, metricRows, report, cancellation);
                if (quoteRows is not null)
                    await Quotes!.WriteAsync(minute, quotes.HashOf(minute), quotes.CountOf(minute), quoteRows, report, cancellation);
                if (metricRows is not null)
                    await Metrics!.WriteAsync(minute, metrics.HashOf(minute), metrics.CountOf(minute), metricRows, report, cancellation);
            }

            foreach (var one in readers.Values)
                await one.CloseAsync();
        }

        report.Unchanged += (period.To - period.From) / Window.MicrosPerMinute * ((Quotes is null ? 0 : 1) + (Metrics is null ? 0 : 1)) - changedQuotes.Count - changedMetrics.Count;
        report.Unreadable.UnionWith(reader.Unreadable);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var reader in readers.Values)
            await reader.DisposeAsync();
    }

    /// <summary>Opens the reader of each market and follows its book to the start of the run.</summary>
    private async Task OpenAsync(Period run, InputReader reader, List<BookInputs> inputs, DeriveReport report, CancellationToken cancellation)
    {
        foreach (var input in inputs)
        {
            var market = input.Diffs.Stream.Market;
            if (!readers.TryGetValue(market, out var book))
                readers[market] = book = new(archive, input.Diffs.Stream, profile, new(
                    Quotes is null ? null : new QuoteWriter(market), Metrics is null ? null : new MetricSampler(market, options.Metrics, names)));
            await book.OpenAsync(new(run.From, run.To + BookSource.Margin), input, reader.Journals, report, cancellation);
            await book.AdvanceAsync(run.From, report, cancellation);
        }
    }

    private async Task DeriveMinuteAsync(long minute, List<BookInputs> inputs, DerivedRows? quoteRows, DerivedRows? metricRows, DeriveReport report, CancellationToken cancellation)
    {
        foreach (var input in inputs)
        {
            var book = readers[input.Diffs.Stream.Market];
            book.Outputs.StartMinute(quoteRows, metricRows, book.View, minute);
            await book.AdvanceAsync(minute + Window.MicrosPerMinute, report, cancellation);
            book.Outputs.StartMinute(null, null, book.View, minute + Window.MicrosPerMinute); // the buffers are disposed
        }
    }

    private static async Task<HashSet<long>> FindChangedAsync(MinutePublisher? minutes, Period period, InputFingerprint fingerprint, CancellationToken cancellation)
    {
        var changed = new HashSet<long>();
        for (var minute = period.From; minutes is not null && minute < period.To; minute += Window.MicrosPerMinute)
            if (!await minutes.IsCurrentAsync(minute, fingerprint.HashOf(minute), cancellation))
                changed.Add(minute);
        return changed;
    }

    private static string Describe(MetricOptions metrics) =>
        $"{string.Join(',', metrics.GridSeconds)} {string.Join(',', metrics.BandBasisPoints)} {string.Join(',', metrics.Notionals)} {metrics.TopLevels}";
}
