using Ingester.Reading.Arrivals;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;

namespace Ingester.Publishing.Export;

/// <summary>The arrivals that replicas recorded.</summary>
internal sealed class RecordedArrivals(ArrivalReader reader) : IArrivals
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Unreadable => reader.Unreadable;

    /// <inheritdoc/>
    public ValueTask<EventArrival?> FindAsync(MarketEvent row, CancellationToken cancellation) => reader.FindAsync(row, cancellation);

    /// <inheritdoc/>
    public ValueTask<EventArrival?> FindAsync(StoredSnapshot snapshot, CancellationToken cancellation) => reader.FindSnapshotAsync(snapshot.Micros, snapshot.Sha256, cancellation);
}
