using Ingester.Simulator.Frames;

namespace Ingester.Simulator.Model;

/// <summary>One format of a stream, with its subscribers.</summary>
/// <param name="stream">The stream.</param>
/// <param name="name">The channel's name on the exchange, such as <c>btcusdt@depth@100ms</c>.</param>
/// <param name="depth">Number of book levels per side; zero for all.</param>
internal sealed class StreamChannel(SimulatedStream stream, string name, int depth)
{
    /// <summary>The stream.</summary>
    public SimulatedStream Stream { get; } = stream;

    /// <summary>The channel's name on the exchange.</summary>
    public string Name { get; } = name;

    /// <summary>Number of book levels per side; zero for all.</summary>
    public int Depth { get; } = depth;

    /// <summary>The subscribed connections.</summary>
    public List<ISubscriber> Subscribers { get; } = [];

    /// <summary>A frame that a reorder fault holds back until the next frame is sent.</summary>
    public SharedFrame? HeldFrame { get; set; }

    /// <summary>Adds a subscriber. A frame that is held back is sent first: the snapshot of the new subscriber already contains its event.</summary>
    public void Subscribe(ISubscriber subscriber)
    {
        SendHeldFrame();
        Subscribers.Add(subscriber);
        Stream.Truth.HasBeenSubscribed = true;
    }

    /// <summary>Sends the frame that a fault holds back.</summary>
    public void SendHeldFrame()
    {
        if (HeldFrame is not { } held)
            return;
        HeldFrame = null;
        foreach (var subscriber in Subscribers)
            subscriber.TrySend(held);
        held.Release();
    }
}
