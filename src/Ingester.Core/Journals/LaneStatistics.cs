using System.Numerics;
using Ingester.Core.Proof;
using Ingester.Core.Time;

namespace Ingester.Core.Journals;

/// <summary>Connection quality of a lane, minute by minute over the last hour.</summary>
internal sealed class LaneStatistics
{
    private const int KeptMinutes = 61;
    private const int LagBuckets = 22; // powers of two in milliseconds, up to about half an hour

    private readonly Dictionary<long, Minute> minutes = [];
    private readonly List<(long From, long Until)> connectedSpans = [];
    private Minute? current;
    private long currentMinute = long.MinValue;
    private Window cachedWindow;
    private ConnectionQuality? cachedQuality; // cached for all streams of the lane until new data arrives

    /// <summary>A connection of the lane was opened.</summary>
    public void ConnectionOpened(long localMicros)
    {
        cachedQuality = null;
        connectedSpans.Add((localMicros, long.MaxValue));
    }

    /// <summary>The lane's connection was lost.</summary>
    public void ConnectionLost(long localMicros)
    {
        cachedQuality = null;
        if (connectedSpans.Count > 0 && connectedSpans[^1].Until == long.MaxValue)
            connectedSpans[^1] = (connectedSpans[^1].From, localMicros);
    }

    /// <summary>Records the lag of a frame with an exchange time.</summary>
    public void RecordLag(ConnectionClock clock, long micros)
    {
        var millis = Math.Max(0, (clock.LocalTime - micros) / 1000);
        MinuteOf(clock.LocalTime).Lag[Math.Min(LagBuckets - 1, BitOperations.Log2((ulong)millis * 2 + 1))]++;
    }

    /// <summary>Records a heartbeat.</summary>
    public void RecordHeartbeat(ConnectionClock clock) => MinuteOf(clock.LocalTime).Heartbeats++;

    /// <summary>True when a connection was open throughout the window.</summary>
    public bool WasConnectedThrough(Window window)
    {
        foreach (var (from, until) in connectedSpans)
            if (from <= window.StartMicros && until >= window.EndMicros)
                return true;
        return false;
    }

    /// <summary>Connection quality of the lane during a window.</summary>
    public ConnectionQuality QualityOf(Window window)
    {
        if (cachedQuality is null || cachedWindow != window)
            (cachedWindow, cachedQuality) = (window, ComputeQuality(window));
        return cachedQuality;
    }

    private ConnectionQuality ComputeQuality(Window window)
    {
        Span<long> lag = stackalloc long[LagBuckets];
        long heartbeats = 0;
        for (var start = window.StartMicros; start < window.EndMicros; start += Window.MicrosPerMinute)
        {
            if (!minutes.TryGetValue(start, out var minute))
                continue;
            heartbeats += minute.Heartbeats;
            for (var i = 0; i < LagBuckets; i++)
                lag[i] += minute.Lag[i];
        }

        long open = 0;
        foreach (var (from, until) in connectedSpans)
            open += Math.Max(0, Math.Min(until, window.EndMicros) - Math.Max(from, window.StartMicros));
        return new(open / 1e6, heartbeats, Quantile(lag, 0.5), Quantile(lag, 0.99));
    }

    private static long Quantile(ReadOnlySpan<long> buckets, double share)
    {
        long all = 0;
        foreach (var count in buckets)
            all += count;
        var rank = (long)Math.Ceiling(all * share);
        for (var i = 0; rank > 0 && i < buckets.Length; i++)
        {
            rank -= buckets[i];
            if (rank <= 0)
                return i == 0 ? 0 : 1L << i;
        }

        return 0;
    }

    private Minute MinuteOf(long localMicros)
    {
        cachedQuality = null;
        var start = Window.Containing(localMicros, 1).StartMicros;
        if (current is { } known && start == currentMinute)
            return known;
        currentMinute = start;
        current = minutes.TryGetValue(start, out var minute) ? minute : minutes[start] = new();
        RemoveBefore(start - KeptMinutes * Window.MicrosPerMinute);
        return current;
    }

    private void RemoveBefore(long before)
    {
        foreach (var key in minutes.Keys.Where(key => key < before).ToArray())
            minutes.Remove(key);
        connectedSpans.RemoveAll(span => span.Until < before);
    }

    private sealed class Minute
    {
        public long[] Lag { get; } = new long[LagBuckets];

        public long Heartbeats { get; set; }
    }
}
