using Ingester.Core.Markets;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Truth;

namespace Ingester.Simulator.Model;

/// <summary>One stream: who listens to it under which channel, which faults wait for it, and what it said.</summary>
internal sealed class SimulatedStream(StreamId id, SimulatedMarket market)
{
    /// <summary>The name of the stream.</summary>
    public StreamId Id { get; } = id;

    /// <summary>The market it belongs to.</summary>
    public SimulatedMarket Market { get; } = market;

    /// <summary>The channels that serve it; the same event may be worded differently on each.</summary>
    public List<Channel> Channels { get; } = [];

    /// <summary>The faults that were ordered for it; null until there is one.</summary>
    public StreamFaults? Faults { get; set; }

    /// <summary>What it said.</summary>
    public StreamTruth Truth { get; } = new();

    /// <summary>True while anyone listens.</summary>
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

    /// <summary>The channel of that name, made when it is first asked for.</summary>
    public Channel Channel(string name, int depth = 0)
    {
        foreach (var known in Channels)
            if (known.Name == name && known.Depth == depth)
                return known;
        var made = new Channel(this, name, depth);
        Channels.Add(made);
        return made;
    }
}

/// <summary>One wording of a stream, and who listens to it.</summary>
/// <param name="stream">The stream.</param>
/// <param name="name">The channel's name on the wire, such as <c>btcusdt@depth@100ms</c>.</param>
/// <param name="depth">How many levels of the book are told; zero where the exchange tells all.</param>
internal sealed class Channel(SimulatedStream stream, string name, int depth)
{
    /// <summary>The stream.</summary>
    public SimulatedStream Stream { get; } = stream;

    /// <summary>The name on the wire.</summary>
    public string Name { get; } = name;

    /// <summary>The levels told per side; zero for all.</summary>
    public int Depth { get; } = depth;

    /// <summary>Who listens.</summary>
    public List<Connection> Subscribers { get; } = [];

    /// <summary>A frame that a fault lets pass only after the next one.</summary>
    public SharedFrame? Held { get; set; }
}
