using Ingester.Core.Time;
using Ingester.Simulator.Model;
using Ingester.Simulator.Statistics;

namespace Ingester.Simulator.Protocols;

/// <summary>The parts of a simulated exchange that its protocol and its REST endpoints use.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Markets">The listed markets.</param>
/// <param name="Counters">The counters.</param>
/// <param name="Clock">The clock.</param>
internal sealed record ProtocolContext(SimulatedExchangeProfile Profile, SimulatedMarkets Markets, SimulatedExchangeCounters Counters, TimeProvider Clock)
{
    /// <summary>Maximum number of streams per connection.</summary>
    public required int MaxStreamsPerConnection { get; init; }

    /// <summary>The clock, in microseconds UTC.</summary>
    public long NowMicros => Micros.Now(Clock);
}
