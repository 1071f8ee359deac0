using Ingester.Core.Exchanges;
using Ingester.Simulator.Statistics;

namespace Ingester.Simulator.Connections;

/// <summary>What all connections of one exchange share.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Counters">The counters of the exchange.</param>
/// <param name="MaxQueuedFrames">Maximum number of queued frames; a connection that exceeds it is a slow reader.</param>
/// <param name="MessageLimit">Rate limit of messages from one client.</param>
internal sealed record ConnectionSettings(TimeProvider Clock, SimulatedExchangeCounters Counters, int MaxQueuedFrames, RateLimit MessageLimit);
