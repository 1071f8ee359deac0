using Ingester.Core.Markets;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Truth;

namespace Ingester.Simulator.Model;

/// <summary>One stream with its channels and subscribers, its pending faults, and the record of what was sent (the truth).</summary>
internal sealed class SimulatedStream(StreamId id, SimulatedMarket market)
{
    /// <summary>The name of the stream.</summary>
    public StreamId Id { get; } = id;

    /// <summary>The market it belongs to.</summary>
    public SimulatedMarket Market { get; } = market;

    /// <summary>The channels of the stream; each can format the same event differently.</summary>
    public List<StreamChannel> Channels { get; } = [];

    /// <summary>The requested faults; null until there is one.</summary>
    public StreamFaults? Faults { get; set; }

    /// <summary>The events of the stream, as ground truth.</summary>
    public StreamTruth Truth { get; } = new();

    /// <summary>True while there is a subscriber.</summary>
    public bool HasSubscribers
    {
        get
        {
            foreach (var channel in Channels)
                if (channel.Subscribers.Count > 0)
                    return true;
            return false;
        }
    }

    /// <summary>Returns the channel of this name; creates it on first use.</summary>
    public StreamChannel GetOrAddChannel(string name, int depth = 0)
    {
        foreach (var known in Channels)
            if (known.Name == name && known.Depth == depth)
                return known;
        var channel = new StreamChannel(this, name, depth);
        Channels.Add(channel);
        return channel;
    }
}
