using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Arrivals;

/// <summary>
/// Returns when the events of one stream were received. It walks forward with a merge: call it for the events of one merge in their order. Memory is bounded by
/// the events of two hours of the stream, and usually holds those of some minutes. Not safe for concurrent use.
/// </summary>
public sealed class ArrivalReader
{
    /// <summary>Maximum time between the end of a window and the minute of the object with its arrivals. They are written when the segment is stored or spooled.</summary>
    private const long MaxDelayMicros = 2 * 60 * Window.MicrosPerMinute;

    private const long ClockMarginMicros = 5 * Window.MicrosPerMinute; // the minute of an object is that of a local clock, which may be behind

    private readonly ArchiveReader archive;
    private readonly StreamId stream;
    private readonly Period period;
    private readonly IReadOnlyList<string> preferred;
    private readonly List<ReplicaArrivals> replicas = [];
    private readonly List<string> unreadable = [];
    private readonly ArrivalObjectReader objects;
    private long listedUntil;
    private long window = long.MinValue;

    internal ArrivalReader(ArchiveReader archive, StreamId stream, Period period, IReadOnlyList<string> replicas)
    {
        (this.archive, this.stream, this.period, preferred) = (archive, stream, period, replicas);
        objects = new(archive);
        listedUntil = Math.Max(0, period.From - StreamListing.MaxWindowMicros - ClockMarginMicros);
        this.replicas.AddRange(preferred.Distinct(StringComparer.Ordinal).Select(name => new ReplicaArrivals(name, objects, stream)));
    }

    /// <summary>Objects that could not be used so far, as sentences that name the object and the reason. The exit code of a command is then 3.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <summary>Returns the arrival of an event at the first replica, in the order of preference, that has one.</summary>
    /// <param name="row">An event of the merge (<see cref="MarketEventKind.Row"/>).</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The arrival; null if no replica recorded one, such as for rows that were fetched over REST.</returns>
    public async ValueTask<EventArrival?> FindAsync(MarketEvent row, CancellationToken cancellation = default)
    {
        var start = row.Origin?.WindowMicros ?? row.Micros - row.Micros % Window.MicrosPerMinute;
        if (start != window)
            await AdvanceAsync(start, cancellation);
        return await SearchAsync(new(start, row.Range?.UpTo, row.Origin?.Sha256, row.RowIndex), cancellation);
    }

    /// <summary>
    /// Returns the arrival of a snapshot that was received on the stream, in the order of a merge. The windows of diffs may have begun an hour earlier, so
    /// the walk follows by that much.
    /// </summary>
    /// <param name="micros">Its exchange time, microseconds UTC.</param>
    /// <param name="sha256">The hash of its row with the line feed.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The arrival; null if no replica recorded one, such as for a snapshot that was requested over REST.</returns>
    internal async ValueTask<EventArrival?> FindSnapshotAsync(long micros, string sha256, CancellationToken cancellation)
    {
        var start = micros - micros % Window.MicrosPerMinute;
        if (start - StreamListing.MaxWindowMicros >= window)
            await AdvanceAsync(start - StreamListing.MaxWindowMicros + Window.MicrosPerMinute, cancellation);
        return await SearchAsync(new(start, Id: null, sha256, Row: 0), cancellation);
    }

    private async ValueTask<EventArrival?> SearchAsync(ArrivalKey key, CancellationToken cancellation)
    {
        foreach (var replica in replicas)
        {
            var found = replica.Find(key);
            while (found is null && await replica.OpenNextAsync(key.WindowMicros + StreamListing.MaxWindowMicros + MaxDelayMicros, unreadable, cancellation))
                found = replica.Find(key);
            if (found is { } micros)
                return new(micros, replica.Replica);
        }

        return null;
    }

    private async ValueTask AdvanceAsync(long start, CancellationToken cancellation)
    {
        window = start;
        foreach (var replica in replicas)
            replica.Forget(start);
        var until = Math.Min(start, period.To) + StreamListing.MaxWindowMicros + MaxDelayMicros + 1;
        if (until <= listedUntil)
            return;
        until += 12 * 60 * Window.MicrosPerMinute; // few listings, and few keys in memory
        foreach (var (name, key) in await archive.Listing.ListJournalAsync(Dataset.Arrivals, stream.Exchange, new(listedUntil, until), cancellation))
            if (Find(name.Replica) is { } replica)
                replica.Add(name, key);
        listedUntil = until;
    }

    private ReplicaArrivals? Find(string name)
    {
        var found = replicas.Find(replica => replica.Replica == name);
        if (found is not null || preferred.Count > 0)
            return found;
        replicas.Add(found = new(name, objects, stream));
        replicas.Sort(static (one, other) => string.CompareOrdinal(one.Replica, other.Replica));
        return found;
    }
}
