using Ingester.Reading.Arrivals;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;

namespace Ingester.Publishing.Export;

/// <summary>Finds the receive times of events.</summary>
internal interface IArrivals
{
    /// <summary>Objects that could not be used so far, as sentences.</summary>
    IReadOnlyList<string> Unreadable { get; }

    /// <summary>The arrival of an event of a merge; null if no replica recorded one. Call it for the events of one merge in their order.</summary>
    ValueTask<EventArrival?> FindAsync(MarketEvent row, CancellationToken cancellation);

    /// <summary>The arrival of a snapshot that was received on the stream; null if no replica recorded one. Call it in the order of the merge, too.</summary>
    ValueTask<EventArrival?> FindAsync(StoredSnapshot snapshot, CancellationToken cancellation);
}
