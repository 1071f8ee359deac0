using Ingester.Simulator.Faults;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Truth;
using Ingester.Simulator.Wire;

namespace Ingester.Simulator.Venues;

/// <summary>Formats each event once per channel and sends the same bytes to all subscribers, unless a fault applies.</summary>
internal sealed class Broadcaster(Venue venue, IVenueFrames frames)
{
    private readonly TextBuilder text = new();
    private readonly TruthWriter truth = new(frames, venue.Options);
    private bool repeated; // the current event

    /// <summary>Sends an event to the subscribers and records it.</summary>
    public void Emit(SimulatedStream stream, MarketEvent happened)
    {
        stream.Faults?.Judge(happened, venue.Now);
        var sent = false;
        repeated = false;
        foreach (var channel in stream.Channels)
        {
            if (channel.Subscribers.Count == 0 || !frames.Write(text.Clear(), channel, happened))
                continue;
            var frame = SharedFrame.Text(text.Written);
            sent |= Deliver(channel, frame, stream.Faults);
            frame.Release();
        }

        if (stream.Faults is { WithholdsAll: true })
            venue.Counters.Withheld++;
        truth.Remember(stream, happened, sent);
        if (repeated && happened.Range is null)
            truth.Remember(stream, happened, sent); // without a sequence a repeated event cannot be distinguished from a new one
    }

    /// <summary>
    /// Sends the frame that a fault holds back, so that a new subscriber does not receive an event that its snapshot already contains.
    /// </summary>
    public static void ReleaseHeld(Channel channel)
    {
        if (channel.Held is not { } held)
            return;
        channel.Held = null;
        foreach (var connection in channel.Subscribers)
            connection.TrySend(held);
        held.Release();
    }

    private bool Deliver(Channel channel, SharedFrame frame, StreamFaults? faults)
    {
        if (faults is { WithholdsAll: true })
            return false;
        if (faults is { Holds: true } && channel.Held is null)
        {
            frame.Retain();
            channel.Held = frame;
            return true;
        }

        var sent = false;
        foreach (var connection in channel.Subscribers)
        {
            if (faults is not null && faults.Withholds(connection))
                continue;
            sent |= connection.TrySend(frame);
            if (faults is { Repeats: true })
                repeated |= connection.TrySend(frame);
        }

        ReleaseHeld(channel);
        return sent;
    }
}
