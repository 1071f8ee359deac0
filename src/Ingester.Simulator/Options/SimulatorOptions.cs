namespace Ingester.Simulator.Options;

/// <summary>The exchanges that the simulator serves, their event rate and their faults.</summary>
internal sealed record SimulatorOptions
{
    /// <summary>The seed: each market generates the same events with the same seed, apart from their times. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The address to listen on. Default loopback; <c>0.0.0.0</c> in a container.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port. Default: 0, a free port.</summary>
    public int Port { get; init; }

    /// <summary>The exchanges to serve. Default: empty, which means all.</summary>
    public IReadOnlyList<string> Exchanges { get; init; } = [];

    /// <summary>Number of markets per exchange. Default: 10.</summary>
    public int Markets { get; init; } = 10;

    /// <summary>
    /// Events per second and exchange (trades and diffs; aggregate trades come on top), in real time at any clock rate, so that the load is as
    /// configured. Default: 100. With 0 only events are generated only on request.
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
