using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Arrivals;

/// <summary>
/// Returns when the events of one stream were received. It walks forward with a merge: call it for the events of one merge in their order. Memory is
/// bounded by the events of three windows and the indexes of two hours. Not safe for concurrent use.
/// </summary>
public sealed class ArrivalReader
{
    internal ArrivalReader(ArchiveReader archive, StreamId stream, Period period, IReadOnlyList<string> replicas)
    {
        _ = (archive, stream, period, replicas);
    }

    /// <summary>Objects that could not be used so far, as sentences that name the object and the reason. The exit code of a command is then 3.</summary>
    public IReadOnlyList<string> Unreadable { get; } = [];

    /// <summary>Returns the arrival of an event at the first replica, in the order of preference, that has one.</summary>
    /// <param name="row">An event of the merge (<see cref="MarketEventKind.Row"/>) with its ids, or with <see cref="MarketEvent.Origin"/>.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The arrival; null if no replica recorded one, such as for rows that were fetched over REST.</returns>
    public ValueTask<EventArrival?> FindAsync(MarketEvent row, CancellationToken cancellation = default) => throw new NotSupportedException("In progress.");
}
