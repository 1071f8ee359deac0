using Ingester.Core.Segments;
using Ingester.Core.Time;

namespace Ingester.Recording.Lanes;

/// <summary>Reports the stalled streams of a lane and resubscribes them.</summary>
/// <param name="rule">Defines which silence is a stall.</param>
/// <param name="events">Logs and counters.</param>
internal sealed class StallMonitor(StallRule rule, LaneEvents events)
{
    private readonly StallDetector detector = new(rule);

    /// <summary>Number of stalled streams.</summary>
    public int Count => detector.Count;

    /// <summary>Checks one stream of a connection.</summary>
    /// <param name="market">The market of the stream.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="connection">The only open connection of the lane.</param>
    /// <param name="now">Local time, microseconds UTC.</param>
    public void Check(MarketStreams market, StreamRecorder stream, FrameRecorder connection, long now)
    {
        var finding = detector.Check(stream, now, connection.LastActivity, market.HaltedAt);
        if (finding == StallFinding.New)
            events.StreamStalled(stream.Stream, TimeSpan.FromMicroseconds(StallDetector.Silence(stream, now)));
        if (finding != StallFinding.None)
            connection.Listener.Resubscribe(new(stream.Stream.Dataset, market.Market));
    }

    /// <summary>Removes a stream that is not recorded any more.</summary>
    public void Forget(StreamRecorder stream) => detector.Forget(stream);
}
