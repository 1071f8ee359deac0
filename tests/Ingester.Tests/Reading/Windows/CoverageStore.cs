using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading.Windows;

/// <summary>Coverage objects of replicas, as their journals would have written them.</summary>
internal static class CoverageStore
{
    /// <summary>2025-10-25 00:00 UTC.</summary>
    public static DateTimeOffset Midnight { get; } = Micros.ToDateTime(SegmentSample.Midnight);

    /// <summary>One object: what a process wrote in one minute of its clock.</summary>
    /// <param name="store">Where it goes.</param>
    /// <param name="writtenAt">The minute.</param>
    /// <param name="lines">The windows that it reports.</param>
    /// <param name="replica">The replica.</param>
    /// <param name="process">When its process started.</param>
    public static void Write(MemoryStore store, DateTimeOffset writtenAt, IEnumerable<(StreamId Stream, Window Window)> lines, string replica = "a", long process = 1)
    {
        var text = new StringBuilder();
        foreach (var (stream, window) in lines)
            text.Append(new CoverageLine(stream, window, CoverageState.Quiet).ToJson()).Append('\n');
        using var rows = SegmentSample.Rows(text.ToString());
        using var packed = RowCompression.Compress(rows, 3);
        var exchange = lines.First().Stream.Exchange;
        var identity = new ReplicaIdentity { Replica = replica, ProcessStartMicros = process };
        store.Forge(ObjectKey.Journal(identity, new(Dataset.Coverage, exchange, Window.Containing(Micros.From(writtenAt), 1).StartMicros, 1)),
            [.. packed.Chunks.SelectMany(chunk => chunk.ToArray())], ObjectMetadata.None);
    }

    /// <summary>Every minute of a period: one stream's windows of a length, each reported in the minute after it.</summary>
    public static void Record(MemoryStore store, StreamId stream, DateTimeOffset from, DateTimeOffset to, int minutes, string replica = "a", long process = 1)
    {
        for (var window = Window.Containing(Micros.From(from), minutes); window.EndMicros <= Micros.From(to); window = Window.Containing(window.EndMicros, minutes))
            Write(store, Micros.ToDateTime(window.EndMicros), [(stream, window)], replica, process);
    }
}
