using Ingester.Simulator.Events;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols;

/// <summary>Formats the events of an exchange as frames.</summary>
internal interface IFrameWriter
{
    /// <summary>True when all trades of one order are sent in one frame.</summary>
    bool CanGroupTrades { get; }

    /// <summary>Writes the frame of an event for one channel; returns false when the channel does not show the event.</summary>
    bool Write(Utf8Builder frame, StreamChannel channel, SimulatedEvent simulatedEvent);

    /// <summary>The level updates that a recorder of the stream receives, in frame order; empty when it receives nothing.</summary>
    IReadOnlyList<LevelUpdate> VisibleUpdates(SimulatedStream stream, SimulatedEvent simulatedEvent);
}
