namespace Ingester.Simulator.Statistics;

/// <summary>Statistics of a connection at one moment.</summary>
/// <param name="Id">The connection id, used by fault commands.</param>
/// <param name="Path">The request path.</param>
/// <param name="Subscriptions">Number of subscriptions.</param>
/// <param name="Queued">Number of queued frames.</param>
internal sealed record ConnectionStats(long Id, string Path, int Subscriptions, int Queued);
