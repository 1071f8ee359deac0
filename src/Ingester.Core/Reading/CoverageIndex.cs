using Ingester.Core.Markets;
using Ingester.Core.Segments;

namespace Ingester.Core.Reading;

/// <summary>What replicas said about the streams of one exchange in a period, and which streams were to be recorded.</summary>
internal sealed class CoverageIndex(StreamListing listing, ObjectReader reader)
{
    /// <summary>How far before a period it is looked who recorded what: a recorder that was dead for longer is forgotten.</summary>
    private const int LookBackDays = 7;

    /// <summary>Every stream has a line within its window and the minutes after it.</summary>
    private const long OneRound = 65 * Window.MicrosPerMinute;

    private readonly Dictionary<StreamId, StreamFacts> streams = [];

    /// <summary>The streams that were to be recorded.</summary>
    public IEnumerable<StreamFacts> Streams => streams.Values.Where(stream => stream.Wanted.Count > 0);

    /// <summary>What is known of one stream.</summary>
    public StreamFacts this[StreamId stream] => streams.TryGetValue(stream, out var known) ? known : streams[stream] = new(stream);

    /// <summary>Reads the coverage of a period, and the nearest before it.</summary>
    /// <param name="journals">Reads them.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="period">The period.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public async Task ReadAsync(JournalReader journals, string exchange, Period period, CancellationToken cancellation)
    {
        foreach (var stream in await BeforeAsync(exchange, period.From, cancellation))
            this[stream].WantFrom(period.From);
        await journals.ReadAsync(Dataset.Coverage, exchange, period, (replica, row) =>
        {
            if (CoverageRecord.TryRead(exchange, replica, row, out var stream, out var line) && period.Touches(line.Window))
                this[stream].Add(line);
        }, cancellation);
    }

    /// <summary>The streams of the nearest coverage before a time that were not given up in it.</summary>
    private async Task<IReadOnlyCollection<StreamId>> BeforeAsync(string exchange, long before, CancellationToken cancellation)
    {
        for (var days = 0; days <= LookBackDays; days++)
        {
            var end = days == 0 ? before : Micros.From(new DateTimeOffset(Micros.ToDateTime(before).Date.AddDays(1 - days), TimeSpan.Zero));
            var day = new Period(Micros.From(new DateTimeOffset(Micros.ToDateTime(end - 1).Date, TimeSpan.Zero)), end);
            var parts = await listing.JournalAsync(Dataset.Coverage, exchange, day, cancellation);
            if (parts.Count == 0)
                continue;
            var wanted = new HashSet<StreamId>();
            foreach (var (name, key) in parts.Where(part => part.Name.Name.MinuteMicros > parts[^1].Name.Name.MinuteMicros - OneRound))
                await TakeAsync(wanted, exchange, key, cancellation);
            return wanted;
        }

        return [];
    }

    private async Task TakeAsync(HashSet<StreamId> wanted, string exchange, string key, CancellationToken cancellation)
    {
        try
        {
            foreach (var row in (await reader.LoadAsync(key, Dataset.Coverage, hashStart: null, cancellation)).Rows)
                if (CoverageRecord.TryRead(exchange, "", row.Line, out var stream, out var line))
                    _ = line.State == CoverageState.Delisted ? wanted.Remove(stream) : wanted.Add(stream);
        }
        catch (UnreadableObjectException)
        {
            // One of several that say the same; the period's own journals report what cannot be read.
        }
    }
}
