using Ingester.Core.Markets;

namespace Ingester.Simulator.Truth;

/// <summary>Event counters of a stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Rows">Number of generated events.</param>
/// <param name="Sent">Number of events that were queued to at least one connection.</param>
/// <param name="First">The first id, or the first time if the stream has no sequence; null before the first event.</param>
/// <param name="Last">The last id, or the last time.</param>
internal sealed record TruthCount(StreamId Stream, long Rows, long Sent, long? First, long? Last);
