using Ingester.Core.Time;
using Ingester.Deriving.Compaction;
using Ingester.Deriving.Objects;
using Ingester.Deriving.OrderBooks;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Running;

/// <summary>Derives all datasets of one exchange.</summary>
internal sealed class ExchangeDeriver : IAsyncDisposable
{
    private const long HourMicros = 60 * Window.MicrosPerMinute;

    private readonly string exchange;
    private readonly DeriveOptions options;
    private readonly BarDeriver? bars;
    private readonly BookDeriver? books;
    private readonly IReadOnlyList<(DerivedDataset Dataset, HourCompactor Compactor)> compactors;
    private readonly IReadOnlyList<OrderBookHours> orderBooks;

    /// <summary>Creates a deriver.</summary>
    public ExchangeDeriver(ArchiveReader archive, DerivedStore store, string exchange, DeriveOptions options)
    {
        (this.exchange, this.options) = (exchange, options);
        if (options.Datasets.Contains(DerivedDataset.Bars))
            bars = new(archive, store, exchange, options);
        if (options.Datasets.Any(static dataset => dataset != DerivedDataset.Bars))
            books = new(archive, store, exchange, options);
        compactors = options.Compacts ? [.. options.Datasets.Select(dataset => (dataset, new HourCompactor(store, dataset, exchange, options.AvroCodec)))] : [];
        orderBooks = [.. options.OrderBooks.Where(target => target.Exchange == exchange).Select(target => new OrderBookHours(store, target, options.Metrics.GridSeconds.Min()))];
    }

    /// <summary>Derives the minutes of a period whose inputs have changed, hour by hour.</summary>
    public async Task DeriveAsync(Period period, DeriveReport report, CancellationToken cancellation)
    {
        for (var from = period.From; from < period.To;)
        {
            var part = new Period(from, Math.Min(period.To, from / HourMicros * HourMicros + HourMicros));
            if (bars is not null && options.Shard.Contains(DerivedDataset.Bars, exchange, from))
                await bars.DeriveAsync(part, report, cancellation);
            if (books is not null && options.Shard.Contains(DerivedDataset.BookMetrics, exchange, from))
                await books.DeriveAsync(part, report, cancellation);
            from = part.To;
        }
    }

    /// <summary>Compacts the complete hours of a period whose minutes have changed.</summary>
    public async Task CompactAsync(Period period, DeriveReport report, CancellationToken cancellation)
    {
        for (var hour = period.From / HourMicros * HourMicros; hour < period.To; hour += HourMicros)
        {
            var part = new Period(hour, Math.Min(period.To, hour + HourMicros));
            foreach (var (dataset, compactor) in compactors)
                if (options.Shard.Contains(dataset, exchange, hour))
                    report.Hours += await compactor.CompactAsync(part, cancellation);
            foreach (var market in orderBooks)
                if (options.Shard.Contains(DerivedDataset.BookMetrics, exchange, hour))
                    report.Hours += await market.WriteAsync(part, cancellation);
        }
    }

    /// <summary>Forgets listings, so that the objects of other processes are found.</summary>
    public void Refresh()
    {
        bars?.Minutes.Refresh();
        books?.Quotes?.Refresh();
        books?.Metrics?.Refresh();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => books?.DisposeAsync() ?? ValueTask.CompletedTask;
}
