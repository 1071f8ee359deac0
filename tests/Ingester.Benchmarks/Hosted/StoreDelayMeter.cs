using System.Buffers.Text;
using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Time;

namespace Ingester.Benchmarks.Hosted;

/// <summary>Measures the delay from the first event of a later minute, which closes a stream's segment, until the segment is stored.</summary>
/// <param name="spread">The configured span over which uploads are spread; the share of each stream is subtracted.</param>
internal sealed class StoreDelayMeter(TimeSpan spread)
{
    private const int MaxStreams = 200_000;

    private readonly long[] minutes = new long[MaxStreams];
    private readonly long[] closedAt = new long[MaxStreams];
    private readonly long?[] shares = new long?[MaxStreams]; // of the span, in microseconds

    /// <summary>Delays from the closing event until the segment was stored.</summary>
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

    /// <summary>A frame has been recorded.</summary>
    public void Closed(int stream, long stamp, long now)
    {
        Volatile.Write(ref closedAt[stream], now);
        minutes[stream] = stamp / Window.MicrosPerMinute;
    }

    /// <summary>
    /// The store has stored an object <c>…depth/exchange=…/pair=M00017-USDT/year=2026/month=11/day=28/0559…</c>. The key is parsed in place, because allocations here would count as the
    /// recorder's.
    /// </summary>
    public void Stored(string key)
    {
        const string pair = "/pair=", year = "/year=";
        var (market, time) = (key.IndexOf(pair, StringComparison.Ordinal), key.IndexOf(year, StringComparison.Ordinal));
        var isDepth = key.Contains("depth/", StringComparison.Ordinal);
        if (market < 0 || !isDepth && !key.Contains("trades/", StringComparison.Ordinal))
            return; // a snapshot or a part of a journal
        var stream = int.Parse(key.AsSpan(market + pair.Length + 1, 5), CultureInfo.InvariantCulture) * 2 + (isDepth ? 1 : 0);
        var window = DateTime.ParseExact(key.AsSpan(time, "/year=2026/month=11/day=28/0559".Length), "'/year='yyyy'/month='MM'/day='dd'/'HHmm", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        if (Micros.From(window) / Window.MicrosPerMinute >= Volatile.Read(ref minutes[stream]))
            return; // closed by the stop
        var now = DelayLog.NowMicros();
        Delays.Add(now, now - Volatile.Read(ref closedAt[stream]) - (shares[stream] ??= ShareOf(key)));
    }

    private long ShareOf(string key) => SegmentKey.TryParse("", key, out var name)
        ? (long)StableHash.OffsetWithin(spread, name.Stream.Text).TotalMicroseconds
        : throw new InvalidOperationException($"The recorder stored {key}, which is not a key of a segment.");
}
