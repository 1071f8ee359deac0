using Ingester.Core.Sequencing;

namespace Ingester.Simulator.Playing;

/// <summary>What a connection received of a stream.</summary>
/// <param name="Events">Number of events, without snapshots and repeated trades.</param>
/// <param name="First">The ids of the first event; null for none.</param>
/// <param name="Last">The ids of the last event or repeated trade; null for none.</param>
internal sealed record StreamDelivery(long Events, SequenceRange? First, SequenceRange? Last)
{
    /// <summary>Nothing.</summary>
    public static StreamDelivery None { get; } = new(0, null, null);

    /// <summary>Exchange time of the last event or snapshot, microseconds UTC; zero for none.</summary>
    public long LastMicros { get; init; }

    /// <summary>One event more.</summary>
    public StreamDelivery Add(in PlayedEvent played) => new(Events + 1, Events == 0 ? played.Range : First, played.Range) { LastMicros = Math.Max(LastMicros, played.Micros) };
}
