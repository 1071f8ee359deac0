using System.Runtime.InteropServices;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Time;

namespace Ingester.Recording.Lanes;

/// <summary>
/// The open connections of a lane: one, or two during a handover. It notifies the streams when a connection is opened or closed. It has no lock: the lane
/// acquires its own lock for every use.
/// </summary>
internal sealed class LaneConnections(LaneStreams streams)
{
    private readonly List<FrameRecorder> open = [];
    private bool datesContradict;
    private (long Exchange, long Local) lastTimesOfClosed; // last exchange and local time of connections that are closed

    /// <summary>The open connections.</summary>
    public ReadOnlySpan<FrameRecorder> Open => CollectionsMarshal.AsSpan(open);

    /// <summary>The only connection; null when none is open, and during a handover.</summary>
    public FrameRecorder? Single => open.Count == 1 ? open[0] : null;

    /// <summary>Adds a connection that was opened.</summary>
    public void Add(FrameRecorder connection)
    {
        if (open.Count == 0)
            streams.Statistics.ConnectionOpened(Micros.Now(streams.Clock));
        else
            foreach (var stream in streams.Recorders)
                stream.SuccessorOpened(connection.Clock);
        connection.Clock.ReachedByPredecessors = lastTimesOfClosed; // not the times of the open connection: the new one may lag behind it
        open.Add(connection);
        connection.Clock.SetDatesContradict(datesContradict);
    }

    /// <summary>Removes a connection that was closed: streams that no other connection carries are interrupted.</summary>
    public void Remove(FrameRecorder connection)
    {
        connection.Complete();
        if (!open.Remove(connection))
            return;
        if (connection.Clock.ReachedAtEnd is var reached && reached.Exchange >= lastTimesOfClosed.Exchange)
            lastTimesOfClosed = reached;
        streams.AddDoubtfulSpan(connection.Clock.DoubtfulSpanAtEnd);
        if (open.Count == 0)
            streams.Statistics.ConnectionLost(Micros.Now(streams.Clock));
        foreach (var stream in streams.Recorders)
            stream.ConnectionClosed(connection.Clock);
    }

    /// <summary>A stream is removed from the lane.</summary>
    public void RemoveStream(StreamRecorder stream)
    {
        foreach (var connection in open)
            connection.RemoveStream(stream);
    }

    /// <summary>Checks whether HTTP Date headers contradict the local clock (rule T3).</summary>
    public void CompareDates()
    {
        if (streams.Context.DatesContradict() is var now && now == datesContradict)
            return;
        datesContradict = now;
        foreach (var connection in open)
            if (connection.Clock.SetDatesContradict(now) is var change && change != ClockChange.None)
                streams.ClockChanged(connection.Clock, change, connection.Clock.ExchangeTime);
    }
}
