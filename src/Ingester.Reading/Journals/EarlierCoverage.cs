using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Journals;

/// <summary>
/// Finds the streams for which a recording was expected just before a period, from the latest coverage of each stream. It reads the coverage of each
/// process separately: for the streams of a shard that died days ago, the latest coverage is that of the dead process. A stream that a process still
/// reported at its end, and that no later process took over, was lost with that process. A stream that is absent from the final coverage of a process
/// that ran longer was delisted there. The first delisting that a replica reports ends the stream for all replicas, until events of a later window are
/// reported or stored, or a replica still reports the stream after <see cref="MaxDelistingDelay"/>.
/// </summary>
internal sealed class EarlierCoverage(ArchiveReader archive, IReadOnlySet<string>? onlyMarkets)
{
    /// <summary>How far before a period coverage is searched. Streams of processes that ended earlier are not expected.</summary>
    private const long LookBack = 7 * 24 * 60 * Window.MicrosPerMinute;

    /// <summary>Maximum time between two coverage lines of a stream: the longest window, one hour, and five minutes.</summary>
    public const long MaxReportDelay = 65 * Window.MicrosPerMinute;

    /// <summary>
    /// Maximum time by which replicas differ in when they notice a delisting: three requests for the market list. A replica that reports the stream
    /// later than that records it again.
    /// </summary>
    public const long MaxDelistingDelay = 30 * Window.MicrosPerMinute;

    /// <summary>
    /// A separate reader: an object that is not readable before the period is one of several with the same content, and is not reported as a fault of
    /// the period.
    /// </summary>
    private readonly JournalReader journals = new(archive) { OnlyMarkets = onlyMarkets };

    private readonly LatestWindows latest = new(); // of all coverage that was read

    /// <summary>Finds the streams for which a recording was expected at a time.</summary>
    public async Task<IReadOnlyCollection<StreamId>> FindExpectedStreamsAsync(string exchange, long at, CancellationToken cancellation)
    {
        var parts = await archive.Listing.ListJournalAsync(Dataset.Coverage, exchange, new(Math.Max(0, at - LookBack), at), cancellation);
        var processes = parts.GroupBy(part => (part.Name.Replica, part.Name.ProcessStartMicros)).Select(own => new ProcessParts([.. own])).OrderByDescending(process => process.EndMicros).ToList();
        var expected = new HashSet<StreamId>();
        foreach (var process in processes)
        {
            var streamsOf = await ReadAsync(process.PartsBetween(process.EndMicros - MaxReportDelay, process.EndMicros), keepDelisted: false, cancellation);
            streamsOf.ExceptWith(expected);
            foreach (var other in processes.TakeWhile(other => streamsOf.Count > 0 && other.EndMicros > process.EndMicros))
            {
                var (begin, end) = (Math.Max(process.EndMicros - MaxReportDelay, other.StartMicros), Math.Max(process.EndMicros, other.StartMicros) + MaxReportDelay);
                streamsOf.ExceptWith(await ReadAsync(other.PartsBetween(begin, end), keepDelisted: true, cancellation)); // its later coverage decides
            }

            expected.UnionWith(streamsOf);
        }

        foreach (var (stream, ended) in latest.Delisted)
            _ = await WasListedAgainAsync(stream, ended, at, parts, cancellation) ? expected.Add(stream) : expected.Remove(stream);
        return expected;
    }

    /// <summary>
    /// True when a segment is stored after the delisting of a stream and the coverage of that time is lost. If the coverage is there, it decides.
    /// </summary>
    private async Task<bool> WasListedAgainAsync(
        StreamId stream, long ended, long at, IReadOnlyList<(JournalKey Name, string Key)> parts, CancellationToken cancellation)
    {
        var last = ended; // start of the latest stored window
        await foreach (var entry in archive.Listing.ListSegmentsAsync(stream, new(ended, at), cancellation))
            if (!entry.IsUndersized)
                last = Math.Max(last, entry.Name.Window.StartMicros);
        if (last == ended)
            return false;
        var isReported = false;
        await journals.ReadCoverageAsync(parts.Where(part => part.Name.Part.MinuteMicros >= last && part.Name.Part.MinuteMicros <= last + MaxReportDelay), read =>
            isReported |= read.Stream == stream && (read.Line.State == CoverageState.Delisted ? read.Line.Window.StartMicros >= last : read.Line.Rows > 0 && read.Line.Window.StartMicros > ended), cancellation);
        return !isReported;
    }

    /// <summary>Reads coverage of one process. The windows of the lines decide whether a stream is delisted, not the order in which they were written.</summary>
    private async Task<HashSet<StreamId>> ReadAsync(IEnumerable<(JournalKey Name, string Key)> parts, bool keepDelisted, CancellationToken cancellation)
    {
        var streams = new HashSet<StreamId>();
        var own = new LatestWindows();
        await journals.ReadCoverageAsync(parts, read =>
        {
            streams.Add(read.Stream);
            own.Add(read.Stream, read.Line);
            latest.Add(read.Stream, read.Line);
        }, cancellation);
        if (!keepDelisted)
            streams.ExceptWith(own.Delisted.Select(one => one.Stream));
        return streams;
    }

    /// <summary>The latest windows in which each stream was delisted, in which it had rows, and in which a replica recorded it.</summary>
    private sealed class LatestWindows
    {
        private readonly Dictionary<StreamId, long> delisted = [];
        private readonly Dictionary<StreamId, long> received = [];
        private readonly Dictionary<StreamId, long> recorded = [];

        /// <summary>The streams that were delisted and not listed again, with the start of the window of the delisting.</summary>
        public IEnumerable<(StreamId Stream, long Start)> Delisted =>
            delisted.Where(one => one.Value >= received.GetValueOrDefault(one.Key, long.MinValue) && one.Value >= recorded.GetValueOrDefault(one.Key, long.MinValue) - MaxDelistingDelay)
                .Select(one => (one.Key, one.Value));

        public void Add(StreamId stream, in CoverageRecord line)
        {
            if (line.State == CoverageState.Delisted)
            {
                Add(delisted, stream, line.Window);
                return;
            }

            Add(recorded, stream, line.Window);
            if (line.Rows > 0)
                Add(received, stream, line.Window);
        }

        private static void Add(Dictionary<StreamId, long> windows, StreamId stream, Window window) =>
            windows[stream] = Math.Max(window.StartMicros, windows.GetValueOrDefault(stream, long.MinValue));
    }

    /// <summary>The journal objects of one process of a replica, oldest first.</summary>
    private sealed record ProcessParts(IReadOnlyList<(JournalKey Name, string Key)> Parts)
    {
        public long StartMicros => Parts[0].Name.Part.MinuteMicros;

        public long EndMicros => Parts[^1].Name.Part.MinuteMicros;

        public IEnumerable<(JournalKey Name, string Key)> PartsBetween(long begin, long end) =>
            Parts.Where(part => part.Name.Part.MinuteMicros >= begin && part.Name.Part.MinuteMicros <= end);
    }
}
