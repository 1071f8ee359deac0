using Ingester.Core.Exchanges;
using Ingester.Simulator.Venues;

namespace Ingester.Simulator;

/// <summary>What the simulator serves, how fast, and what goes wrong.</summary>
internal sealed record SimulatorOptions
{
    /// <summary>The seed: with the same one every market says the same, apart from its times. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The address to listen on. Default loopback; <c>0.0.0.0</c> in a container.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port; 0, the default, takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The exchanges to serve. Default all.</summary>
    public IReadOnlyList<string> Exchanges { get; init; } = VenueCatalog.Names;

    /// <summary>How many markets each exchange has. Default 10.</summary>
    public int Markets { get; init; } = 10;

    /// <summary>
    /// How many events (trades and changes of books; merged trades come on top) each exchange generates, per second of real time whatever the
    /// clock's rate, so that the load is what it says. Default 100; with 0 only <see cref="ExchangeSimulator.Generate"/> makes events.
    /// </summary>
    public double EventsPerSecond { get; init; } = 100;

    /// <summary>How unequal markets are: 0 makes all alike, 1 gives the second half of what the first has. Default 0.8.</summary>
    public double Skew { get; init; } = 0.8;

    /// <summary>The share of orders among what happens, the rest being changes of the book. Default 0.4.</summary>
    public double TradeShare { get; init; } = 0.4;

    /// <summary>The most levels that a side of a book has. Default 100.</summary>
    public int BookLevels { get; init; } = 100;

    /// <summary>What is remembered of what was said. Default all rows.</summary>
    public TruthKeeping Truth { get; init; } = TruthKeeping.Rows;

    /// <summary>Where rows are remembered, one file per stream; null, the default, is memory, which grows with every event.</summary>
    public string? TruthDirectory { get; init; }

    /// <summary>Whether the exchanges' limits are held against clients. Default true.</summary>
    public bool EnforceLimits { get; init; } = true;

    /// <summary>Limits other than the exchanges' own, for every exchange.</summary>
    public LimitOverrides Limits { get; init; } = new();

    /// <summary>
    /// How many frames may wait for a slow reader before it is cut. Default 16,384: a subscription of thousands of streams answers with that
    /// many snapshots at once.
    /// </summary>
    public int ConnectionQueue { get; init; } = 16_384;

    /// <summary>How often an event meets a fault. Default never.</summary>
    public FaultRates Faults { get; init; } = new();
}

/// <summary>What the simulator remembers of what it said.</summary>
internal enum TruthKeeping
{
    /// <summary>Per stream only how many events, and the first and last id and time.</summary>
    Counts,

    /// <summary>Every row.</summary>
    Rows,
}

/// <summary>Limits that replace the exchanges' own; null keeps theirs.</summary>
internal sealed record LimitOverrides
{
    /// <summary>Messages from one connection.</summary>
    public Budget? Messages { get; init; }

    /// <summary>Connections from one address.</summary>
    public Budget? Connects { get; init; }

    /// <summary>REST request weight from one address.</summary>
    public Budget? RequestWeight { get; init; }

    /// <summary>Streams on one connection.</summary>
    public int? StreamsPerConnection { get; init; }
}

/// <summary>The chance, per event, of each fault; drawn from the seed, apart from the markets' own random numbers.</summary>
internal sealed record FaultRates
{
    /// <summary>The event reaches nobody.</summary>
    public double Drop { get; init; }

    /// <summary>The event is sent twice.</summary>
    public double Repeat { get; init; }

    /// <summary>The event is sent after its successor.</summary>
    public double Reorder { get; init; }

    /// <summary>Something that does not decode follows.</summary>
    public double Garbage { get; init; }

    /// <summary>The event carries a time years away.</summary>
    public double AbsurdTime { get; init; }

    /// <summary>The stream's numbering begins again.</summary>
    public double Reset { get; init; }

    /// <summary>One of the stream's connections is cut, every second time inside a frame.</summary>
    public double Cut { get; init; }

    /// <summary>The stream falls silent for <see cref="MuteFor"/>.</summary>
    public double Mute { get; init; }

    /// <summary>How long a stream that falls silent stays so, in the time of the clock. Default 5 s.</summary>
    public TimeSpan MuteFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The chance that anything goes wrong with an event.</summary>
    public double Any => Drop + Repeat + Reorder + Garbage + AbsurdTime + Reset + Cut + Mute;
}
