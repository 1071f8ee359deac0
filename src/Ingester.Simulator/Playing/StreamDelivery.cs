using Ingester.Core.Sequencing;

namespace Ingester.Simulator.Playing;

/// <summary>The events of a stream that a connection received, without snapshots and repeated trades.</summary>
/// <param name="Events">Number of events.</param>
/// <param name="First">The ids of the first event; null for none.</param>
/// <param name="Last">The ids of the last event; null for none.</param>
internal sealed record StreamDelivery(long Events, SequenceRange? First, SequenceRange? Last)
{
    /// <summary>Exchange time of the first event, microseconds UTC; zero for none.</summary>
    public long FirstMicros { get; init; }

    /// <summary>Exchange time of the last event, microseconds UTC; zero for none.</summary>
    public long LastMicros { get; init; }
}
