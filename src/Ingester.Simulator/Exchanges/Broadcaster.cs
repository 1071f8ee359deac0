using Ingester.Simulator.Events;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;
using Ingester.Simulator.Protocols;

namespace Ingester.Simulator.Exchanges;

/// <summary>Formats each event once per channel and sends the same bytes to all subscribers, unless a fault applies.</summary>
internal sealed class Broadcaster(SimulatedExchange exchange, IFrameWriter frames)
{
    private readonly Utf8Builder text = new();
    private readonly TruthWriter truth = new(frames, exchange.Options);
    private bool isRepeated; // the current event

    /// <summary>Sends an event to the subscribers and records it.</summary>
    public void Emit(SimulatedStream stream, SimulatedEvent simulatedEvent)
    {
        stream.Faults?.ApplyTo(simulatedEvent, exchange.NowMicros);
        var sent = false;
        isRepeated = false;
        foreach (var channel in stream.Channels)
        {
            if (channel.Subscribers.Count == 0 || !frames.Write(text.Clear(), channel, simulatedEvent))
                continue;
            var frame = SharedFrame.Text(text.Written);
            sent |= Deliver(channel, frame, stream.Faults);
            frame.Release();
        }

        if (stream.Faults is { IsWithheldFromAll: true })
            exchange.Counters.Withheld++;
        truth.Append(stream, simulatedEvent, sent);
        if (isRepeated && simulatedEvent.Range is null)
            truth.Append(stream, simulatedEvent, sent); // without a sequence a repeated event cannot be distinguished from a new one
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
            if (faults is not null && faults.IsWithheldFrom(connection.Id))
                continue;
            sent |= connection.TrySend(frame);
            if (faults is { IsRepeated: true })
                isRepeated |= connection.TrySend(frame);
        }

        channel.SendHeldFrame();
        return sent;
    }
}
