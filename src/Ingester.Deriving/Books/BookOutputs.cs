using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Books;

/// <summary>The rows that are made from one book: quotes, metrics, or both.</summary>
/// <param name="quotes">Writes quotes; null for none.</param>
/// <param name="metrics">Writes metrics; null for none.</param>
internal sealed class BookOutputs(QuoteWriter? quotes, MetricSampler? metrics) : IBookObserver
{
    /// <summary>Begins a minute with separate targets.</summary>
    public void StartMinute(DerivedRows? quoteRows, DerivedRows? metricRows, BookView book, long micros)
    {
        quotes?.StartMinute(quoteRows, book, micros);
        metrics?.StartMinute(metricRows, book, micros);
    }

    /// <inheritdoc/>
    public void AdvanceTo(BookView book, long micros) => metrics?.AdvanceTo(book, micros);

    /// <inheritdoc/>
    public void Changed(BookView book, long micros)
    {
        quotes?.Changed(book, micros);
        metrics?.Changed(book, micros);
    }
}
