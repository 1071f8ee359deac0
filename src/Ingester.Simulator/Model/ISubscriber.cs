using Ingester.Simulator.Frames;

namespace Ingester.Simulator.Model;

/// <summary>A connection that is subscribed to channels.</summary>
internal interface ISubscriber
{
    /// <summary>The connection id, unique in the process.</summary>
    long Id { get; }

    /// <summary>True when nothing can be sent any more.</summary>
    bool IsClosed { get; }

    /// <summary>Queues a frame. Returns false when the connection is closed, or is closed now because its queue is full.</summary>
    bool TrySend(SharedFrame frame);
}
