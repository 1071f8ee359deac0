using Ingester.Core.Segments;
using Ingester.Core.Time;

namespace Ingester.Recording.Lanes;

/// <summary>
/// Detects stalled streams: silent for much longer than usual, although other streams or heartbeats show that the connection is
/// alive. A stalled stream is resubscribed at most three times, at growing intervals, because its market may just be inactive.
/// </summary>
/// <param name="rule">Defines which silence is a stall.</param>
internal sealed class StallDetector(StallRule rule)
{
    private const int MaxResubscribes = 3;

    /// <summary>
    /// Maximum silence of the connection: a connection without any data for this long proves nothing about one stream.
    /// </summary>
    private static readonly long MaxConnectionSilence = Micros.From(TimeSpan.FromSeconds(10));

    private readonly Dictionary<StreamRecorder, int> resubscribes = [];

    /// <summary>Number of stalled streams.</summary>
    public int Count => resubscribes.Count;

    /// <summary>Checks one stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="now">Local time, microseconds UTC.</param>
    /// <param name="lastActivity">Local time of the connection's last event or heartbeat.</param>
    /// <param name="haltedAt">Local time at which the market was last halted, microseconds UTC; silence during a halt is not a
    /// stall.</param>
    public StallFinding Check(StreamRecorder stream, long now, long lastActivity, long haltedAt = 0)
    {
        if (stream.Activity.StallThreshold(rule) is not { } threshold || Math.Min(Silence(stream, now), now - haltedAt) is var silence && silence <= threshold)
        {
            Forget(stream);
            return StallFinding.None;
        }

        if (now - lastActivity > MaxConnectionSilence)
            return StallFinding.None;
        if (!resubscribes.TryGetValue(stream, out var count))
        {
            resubscribes.Add(stream, 1);
            return StallFinding.New;
        }

        if (count >= MaxResubscribes || silence <= threshold * (1 << count))
            return StallFinding.None;
        resubscribes[stream]++;
        return StallFinding.Repeated;
    }

    /// <summary>Removes a stream that is not recorded any more.</summary>
    public void Forget(StreamRecorder stream) => resubscribes.Remove(stream);

    /// <summary>How long a stream has been silent on a connection that carries it; negative when none does.</summary>
    public static long Silence(StreamRecorder stream, long now) => now - Math.Max(stream.Activity.LastMicros, stream.CarriedSince);
}
