using Ingester.Core.Exchanges;
using Ingester.Simulator.Venues;

namespace Ingester.Simulator;

/// <summary>The exchanges that the simulator serves, their event rate and their faults.</summary>
internal sealed record SimulatorOptions
{
    /// <summary>The seed: each market generates the same events with the same seed, apart from their times. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The address to listen on. Default loopback; <c>0.0.0.0</c> in a container.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port. Default: 0, a free port.</summary>
    public int Port { get; init; }

    /// <summary>The exchanges to serve. Default all.</summary>
    public IReadOnlyList<string> Exchanges { get; init; } = SimulatedExchangeCatalog.Names;

    /// <summary>Number of markets per exchange. Default: 10.</summary>
    public int Markets { get; init; } = 10;

    /// <summary>
    /// Events per second and exchange (trades and diffs; aggregate trades come on top), in real time at any clock rate, so that the load is as
    /// configured. Default: 100. With 0 only <see cref="ExchangeSimulator.Generate"/> generates events.
    /// </summary>
    public double EventsPerSecond { get; init; } = 100;

    /// <summary>
    /// Skew of the activity of markets: with 0 all markets are equally active, with 1 the second market has half the events of the first. Default:
    /// 0.8.
    /// </summary>
    public double MarketSkew { get; init; } = 0.8;

    /// <summary>The share of orders, each with one to three trades, among the generated steps; the others are diffs. Default: 0.4.</summary>
    public double TradeShare { get; init; } = 0.4;

    /// <summary>Maximum number of levels per side of a book. Default: 100.</summary>
    public int BookLevels { get; init; } = 100;

    /// <summary>Level of detail of the recorded truth. Default: all rows.</summary>
    public TruthDetail TruthDetail { get; init; } = TruthDetail.Rows;

    /// <summary>Directory of the truth, one file per stream. Default: null, in memory, which grows with every event.</summary>
    public string? TruthDirectory { get; init; }

    /// <summary>True when the rate limits of the exchanges are enforced. Default: true.</summary>
    public bool EnforceLimits { get; init; } = true;

    /// <summary>Overrides of the rate limits, for every exchange.</summary>
    public LimitOverrides Limits { get; init; } = new();

    /// <summary>
    /// Maximum number of queued frames per connection before it is disconnected as a slow reader. Default: 16,384, because a subscription to
    /// thousands of streams is answered with as many snapshots at once.
    /// </summary>
    public int MaxQueuedFrames { get; init; } = 16_384;

    /// <summary>Random faults. Default: none.</summary>
    public FaultRates Faults { get; init; } = new();
}

/// <summary>Level of detail of the recorded truth.</summary>
internal enum TruthDetail
{
    /// <summary>Per stream only the number of events, and the first and last id and time.</summary>
    Counts,

    /// <summary>Every row.</summary>
    Rows,
}

/// <summary>Overrides of the exchanges' limits; null keeps the exchange's own limit.</summary>
internal sealed record LimitOverrides
{
    /// <summary>Messages from one connection.</summary>
    public RateLimit? Messages { get; init; }

    /// <summary>Connections from one address.</summary>
    public RateLimit? Connects { get; init; }

    /// <summary>REST request weight from one address.</summary>
    public RateLimit? RequestWeight { get; init; }

    /// <summary>Streams on one connection.</summary>
    public int? StreamsPerConnection { get; init; }
}

/// <summary>The probability of each fault per event, drawn from a random generator of its own with the same seed.</summary>
internal sealed record FaultRates
{
    /// <summary>The event is not sent.</summary>
    public double Drop { get; init; }

    /// <summary>The event is sent twice.</summary>
    public double Repeat { get; init; }

    /// <summary>The event is sent after the event that follows it.</summary>
    public double Reorder { get; init; }

    /// <summary>A message that cannot be decoded follows.</summary>
    public double Garbage { get; init; }

    /// <summary>The event carries a time that is years off.</summary>
    public double AbsurdTime { get; init; }

    /// <summary>The numbering of the stream is reset.</summary>
    public double Reset { get; init; }

    /// <summary>One of the stream's connections is cut, half of the time inside a frame.</summary>
    public double Cut { get; init; }

    /// <summary>The stream sends nothing for <see cref="MuteDuration"/>.</summary>
    public double Mute { get; init; }

    /// <summary>Duration of <see cref="Mute"/> in the clock's time. Default: 5 s.</summary>
    public TimeSpan MuteDuration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The probability of any fault per event.</summary>
    public double Total => Drop + Repeat + Reorder + Garbage + AbsurdTime + Reset + Cut + Mute;
}
