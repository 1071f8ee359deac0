using Ingester.Reading.Arrivals;
using Ingester.Reading.Merging;

namespace Ingester.Publishing.Export;

/// <summary>The arrivals that replicas recorded.</summary>
internal sealed class RecordedArrivals(ArrivalReader reader) : IArrivals
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Unreadable => reader.Unreadable;

    /// <inheritdoc/>
    public ValueTask<EventArrival?> FindAsync(MarketEvent row, CancellationToken cancellation) => reader.FindAsync(row, cancellation);
}
