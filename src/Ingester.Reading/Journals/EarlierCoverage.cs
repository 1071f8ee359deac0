using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Journals;

/// <summary>
/// Which streams were to be recorded just before a period, by the nearest coverage of each. It is looked for process by process: a shard that died days
/// ago has the nearest word on its streams, however long others lived on. A stream that a process still had at its end, and that nobody carried on after it,
/// was lost with it; one that is absent from the end of a process that lived on was delisted there. Who hears of a delisting first ends the stream for all.
/// </summary>
internal sealed class EarlierCoverage(StreamListing listing, ObjectReader objects, string? onlyMarket)
{
    /// <summary>How far before a period it is looked who recorded what: what was dead for longer is forgotten.</summary>
    private const long LookBack = 7 * 24 * 60 * Window.MicrosPerMinute;

    /// <summary>Every stream has a line within its window, of an hour at most, and the minutes after it.</summary>
    public const long OneRound = 65 * Window.MicrosPerMinute;

    /// <summary>Its own: what cannot be read so long before a period is one of several objects that say the same, and no fault of the period.</summary>
    private readonly JournalReader journals = new(listing, objects) { OnlyMarket = onlyMarket };

    private readonly Dictionary<StreamId, long> delisted = []; // the window that the last word of a delisting is about
    private readonly Dictionary<StreamId, long> received = []; // the last window with rows: after a delisting it was listed again

    /// <summary>The streams that were to be recorded at a time.</summary>
    public async Task<IReadOnlyCollection<StreamId>> WantedAsync(string exchange, long at, CancellationToken cancellation)
    {
        var parts = await listing.JournalAsync(Dataset.Coverage, exchange, new(Math.Max(0, at - LookBack), at), cancellation);
        var processes = parts.GroupBy(part => (part.Name.Replica, part.Name.ProcessStartMicros)).Select(own => new Recorder([.. own])).OrderByDescending(process => process.End).ToList();
        var wanted = new HashSet<StreamId>();
        foreach (var process in processes)
        {
            var had = await ReadAsync(process.Within(process.End - OneRound, process.End), keepDelisted: false, cancellation);
            had.ExceptWith(wanted);
            foreach (var other in processes.TakeWhile(other => had.Count > 0 && other.End > process.End))
            {
                var (begin, end) = (Math.Max(process.End - OneRound, other.Begin), Math.Max(process.End, other.Begin) + OneRound);
                had.ExceptWith(await ReadAsync(other.Within(begin, end), keepDelisted: true, cancellation)); // its own end says what became of them
            }

            wanted.UnionWith(had);
        }

        wanted.RemoveWhere(stream => delisted.TryGetValue(stream, out var ended) && ended >= received.GetValueOrDefault(stream, long.MinValue));
        return wanted;
    }

    private async Task<HashSet<StreamId>> ReadAsync(IEnumerable<(JournalKey Name, string Key)> parts, bool keepDelisted, CancellationToken cancellation)
    {
        var streams = new HashSet<StreamId>();
        await journals.CoverageAsync(parts, said =>
        {
            Note(said.Line.State == CoverageState.Delisted ? delisted : said.Line.Rows > 0 ? received : null, said.Stream, said.Line.Window.StartMicros);
            _ = said.Line.State == CoverageState.Delisted && !keepDelisted ? streams.Remove(said.Stream) : streams.Add(said.Stream);
        }, cancellation);
        return streams;
    }

    private static void Note(Dictionary<StreamId, long>? last, StreamId stream, long start)
    {
        if (last is not null)
            last[stream] = Math.Max(start, last.GetValueOrDefault(stream, long.MinValue));
    }

    /// <summary>One process of a replica, by the names of what it wrote, oldest first.</summary>
    private sealed record Recorder(IReadOnlyList<(JournalKey Name, string Key)> Parts)
    {
        public long Begin => Parts[0].Name.Name.MinuteMicros;

        public long End => Parts[^1].Name.Name.MinuteMicros;

        public IEnumerable<(JournalKey Name, string Key)> Within(long begin, long end) =>
            Parts.Where(part => part.Name.Name.MinuteMicros >= begin && part.Name.Name.MinuteMicros <= end);
    }
}
