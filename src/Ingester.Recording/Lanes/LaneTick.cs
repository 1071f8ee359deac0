using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Time;

namespace Ingester.Recording.Lanes;

/// <summary>
/// The periodic work of a lane: advances the time of its streams, resubscribes stalled streams and invalid books, and counts both. Not
/// thread-safe: the lane calls it under its lock.
/// </summary>
/// <param name="streams">The streams of the lane.</param>
/// <param name="connections">The connections of the lane.</param>
/// <param name="events">Logs and counters.</param>
/// <param name="clock">The local clock.</param>
internal sealed class LaneTick(LaneStreams streams, LaneConnections connections, LaneEvents events, TimeProvider clock)
{
    private const int MarketsPerSlice = 8; // maximum number of markets per lock: limits how long a frame waits for the lock

    private readonly ConnectionClock tickClock = new();
    private int stalled;
    private int suspects;

    /// <summary>Finds stalled streams. Default: streams are not checked.</summary>
    public StallMonitor? StallMonitor { get; set; }

    /// <summary>The services of the lane; null for none.</summary>
    public LaneServices? Services { get; set; }

    /// <summary>Number of stalled streams, from any thread.</summary>
    public int StalledCount => Volatile.Read(ref stalled);

    /// <summary>Advances the time of the next few markets.</summary>
    /// <param name="next">Index of the next market; zero for a new tick.</param>
    /// <param name="suspectCount">Number of suspect streams of the markets before it.</param>
    /// <returns>False after the last market.</returns>
    public bool AdvanceSlice(ref int next, ref int suspectCount)
    {
        tickClock.LocalTime = Micros.Now(clock);
        foreach (var connection in connections.Open)
            connection.Clock.LocalTime = tickClock.LocalTime;
        for (var end = Math.Min(next + MarketsPerSlice, streams.Markets.Count); next < end; next++)
            foreach (var stream in streams.Markets[next].Recorders)
            {
                stream.Tick(tickClock, streams.Statistics);
                suspectCount += stream.IsSuspect ? 1 : 0;
                if (StallMonitor is not null && connections.Single is { } single) // during a handover, the handover itself checks each stream
                    CheckForStall(StallMonitor, single, streams.Markets[next], stream);
            }

        return next < streams.Markets.Count;
    }

    /// <summary>Does the work that follows the last slice.</summary>
    /// <param name="suspectCount">Number of suspect streams.</param>
    public void Complete(int suspectCount)
    {
        connections.CompareDates();
        foreach (var connection in connections.Open)
            connection.ReportDoubtfulTime();
        if (connections.Single is { } single)
            ResubscribeInvalidBooks(single.Listener);
        ReportStreamCounts(StallMonitor?.Count ?? 0, suspectCount);
    }

    /// <summary>A stream is not recorded any more.</summary>
    public void Forget(StreamRecorder stream) => StallMonitor?.Forget(stream);

    /// <summary>The lane is closed: none of its streams is stalled or suspect now.</summary>
    public void ReportClosed() => ReportStreamCounts(stalledCount: 0, suspectCount: 0);

    private void CheckForStall(StallMonitor monitor, FrameRecorder connection, MarketStreams market, StreamRecorder stream)
    {
        if (Services?.HaltedMarkets.Contains(market.Market) == true)
            market.HaltedAt = tickClock.LocalTime;
        monitor.Check(market, stream, connection, tickClock.LocalTime);
    }

    private void ResubscribeInvalidBooks(INoticeListener listener)
    {
        foreach (var market in streams.Markets)
            if (market.Observer?.TryTakeResubscribe(tickClock.LocalTime) == true)
                listener.Resubscribe(new(Dataset.Depth, market.Market));
    }

    private void ReportStreamCounts(int stalledCount, int suspectCount)
    {
        var exchange = streams.Exchange.Profile.Name;
        events.StalledCountChanged(exchange, stalledCount - stalled);
        Volatile.Write(ref stalled, stalledCount);
        events.SuspectCountChanged(exchange, suspectCount - suspects);
        suspects = suspectCount;
    }
}
