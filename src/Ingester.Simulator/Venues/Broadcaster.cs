using Ingester.Simulator.Faults;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Truth;
using Ingester.Simulator.Wire;

namespace Ingester.Simulator.Venues;

/// <summary>Formats each event once per channel and sends the same bytes to all subscribers, unless a fault applies.</summary>
internal sealed class Broadcaster(SimulatedExchange venue, IFrameWriter frames)
{
    private readonly Utf8Builder text = new();
    private readonly TruthWriter truth = new(frames, venue.Options);
    private bool isRepeated; // the current event

    /// <summary>Sends an event to the subscribers and records it.</summary>
    public void Emit(SimulatedStream stream, SimulatedEvent happened)
    {
        stream.Faults?.ApplyTo(happened, venue.NowMicros);
        var sent = false;
        isRepeated = false;
        foreach (var channel in stream.Channels)
        {
            if (channel.Subscribers.Count == 0 || !frames.Write(text.Clear(), channel, happened))
                continue;
            var frame = SharedFrame.Text(text.Written);
            sent |= Deliver(channel, frame, stream.Faults);
            frame.Release();
        }

        if (stream.Faults is { IsWithheldFromAll: true })
            venue.Counters.Withheld++;
        truth.Append(stream, happened, sent);
        if (isRepeated && happened.Range is null)
            truth.Append(stream, happened, sent); // without a sequence a repeated event cannot be distinguished from a new one
    }

    /// <summary>
    /// Sends the frame that a fault holds back, so that a new subscriber does not receive an event that its snapshot already contains.
    /// </summary>
    public static void SendHeldFrame(StreamChannel channel)
    {
        if (channel.HeldFrame is not { } held)
            return;
        channel.HeldFrame = null;
        foreach (var connection in channel.Subscribers)
            connection.TrySend(held);
        held.Release();
    }

    private bool Deliver(StreamChannel channel, SharedFrame frame, StreamFaults? faults)
    {
        if (faults is { IsWithheldFromAll: true })
            return false;
        if (faults is { IsHeldBack: true } && channel.HeldFrame is null)
        {
            frame.Retain();
            channel.HeldFrame = frame;
            return true;
        }

        var sent = false;
        foreach (var connection in channel.Subscribers)
        {
            if (faults is not null && faults.IsWithheldFrom(connection))
                continue;
            sent |= connection.TrySend(frame);
            if (faults is { IsRepeated: true })
                isRepeated |= connection.TrySend(frame);
        }

        SendHeldFrame(channel);
        return sent;
    }
}
