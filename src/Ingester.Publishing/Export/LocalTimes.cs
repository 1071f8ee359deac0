using Ingester.Reading.Books;
using Ingester.Reading.Merging;

namespace Ingester.Publishing.Export;

/// <summary>
/// The local timestamps of exported rows: the receive time if a replica recorded one, else the exchange time. They never decrease; those of a book increase by at least a microsecond
/// per message, because readers group the rows of a message by them.
/// </summary>
/// <param name="arrivals">The arrivals; null to use exchange time.</param>
/// <param name="step">Least difference between two messages, in microseconds: 0 or 1.</param>
internal sealed class LocalTimes(IArrivals? arrivals, int step)
{
    private const string Exchange = "exchange";

    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
    private long last = long.MinValue;

    /// <summary>Number of events by the source of their times: the name of a replica, or <c>exchange</c>.</summary>
    public IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>The local time of an event.</summary>
    public async ValueTask<long> GetAsync(MarketEvent row, CancellationToken cancellation) =>
        arrivals is not null && await arrivals.FindAsync(row, cancellation) is { } found ? Next(found.Micros, found.Replica) : Next(row.Micros, Exchange);

    /// <summary>The local time of a snapshot, or of the book at the start of the day, which has only exchange time.</summary>
    public async ValueTask<long> GetAsync(StoredSnapshot? snapshot, long micros, CancellationToken cancellation) =>
        arrivals is not null && snapshot is not null && await arrivals.FindAsync(snapshot, cancellation) is { } found ? Next(found.Micros, found.Replica) : Next(micros, Exchange);

    private long Next(long micros, string source)
    {
        counts[source] = counts.GetValueOrDefault(source) + 1;
        return last = last == long.MinValue ? micros : Math.Max(micros, last + step);
    }
}
