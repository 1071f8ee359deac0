using System.Buffers.Text;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Storage;

namespace Ingester.Benchmarks.Hosted;

/// <summary>Knows when the first event of a later minute closed a stream's segment, and so how long it took until the store had that segment.</summary>
/// <param name="spread">The configured span over which uploads are spread; each stream's own share of it is taken off.</param>
internal sealed class CloseWatch(TimeSpan spread)
{
    private const int MostStreams = 200_000;

    private readonly long[] minutes = new long[MostStreams];
    private readonly long[] closedAt = new long[MostStreams];

    /// <summary>From the closing event until the store had the segment.</summary>
    public DelayLog Delays { get; } = new();

    /// <summary>The stream whose segment a frame <c>{"stream":"m00017usdt@depth…</c> closes; null for none.</summary>
    public int? ClosedBy(ReadOnlySpan<byte> frame, long stamp)
    {
        const int number = 12, digits = 5, kind = 22;
        if (!Utf8Parser.TryParse(frame.Slice(number, digits), out int market, out _))
            return null;
        var stream = market * 2 + (frame[kind] == 'd' ? 1 : 0);
        return stamp / Window.MicrosPerMinute > minutes[stream] ? stream : null;
    }

    /// <summary>The frame has been taken.</summary>
    public void Closed(int stream, long stamp, long now)
    {
        Volatile.Write(ref closedAt[stream], now);
        minutes[stream] = stamp / Window.MicrosPerMinute;
    }

    /// <summary>The store has an object.</summary>
    public void Stored(string key)
    {
        if (!SegmentName.TryParse("", key, out var name))
            return;
        var stream = int.Parse(name.Stream.Market.AsSpan(1, 5)) * 2 + (name.Stream.Dataset == Dataset.Depth ? 1 : 0);
        if (name.Window.StartMicros / Window.MicrosPerMinute >= Volatile.Read(ref minutes[stream]))
            return; // closed by something else, the stop
        var now = DelayLog.NowMicros();
        Delays.Add(now, now - Volatile.Read(ref closedAt[stream]) - (long)StableHash.PointIn(spread, name.Stream.Text).TotalMicroseconds);
    }
}
