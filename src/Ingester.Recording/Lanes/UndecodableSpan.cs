using Ingester.Core.Proof;
using Ingester.Core.Time;

namespace Ingester.Recording.Lanes;

/// <summary>
/// The time since the first undecodable frame of a connection that is not yet reported to all streams. Such a frame may have held
/// an event of any stream, so nothing is proven for this time.
/// </summary>
/// <param name="lane">The streams of the lane.</param>
/// <param name="clock">The clock of the connection.</param>
internal sealed class UndecodableSpan(LaneStreams lane, ConnectionClock clock)
{
    private long sinceExchange; // exchange time of the first frame that is not reported
    private long sinceLocal; // its local time
    private long? reportedAt; // local time of the last report

    /// <summary>
    /// Marks streams as undecodable until the next exchange time: the streams of the market that the frame names, or all (rule U1).
    /// </summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        if (lane.FindNamed(frame) is { } market)
        {
            foreach (var stream in market.Recorders)
                stream.UndecodableFrameReceived(clock, clock.ExchangeTime, clock.LocalTime);
            return;
        }

        AddLoss();
    }

    /// <summary>Marks all streams of the connection: messages of any of them may be missing.</summary>
    public void AddLoss()
    {
        if (!clock.HasPendingUndecodable)
            (sinceExchange, sinceLocal) = (clock.ExchangeTime, clock.LocalTime);
        clock.HasPendingUndecodable = true;
        Report();
    }

    /// <summary>Marks all streams of the connection after undecodable frames, at most once a minute (rule U3).</summary>
    /// <param name="ends">True when the connection ends, so that this is the last report.</param>
    public void Report(bool ends = false)
    {
        if (!clock.HasPendingUndecodable || (!ends && reportedAt is { } at && clock.LocalTime >= at && clock.LocalTime < at + Window.MicrosPerMinute))
            return;
        foreach (var stream in lane.Recorders)
            stream.UndecodableFrameReceived(clock, sinceExchange, sinceLocal);
        reportedAt = clock.LocalTime;
        clock.HasPendingUndecodable = false;
    }
}
