using Ingester.Core.Sequencing;

namespace Ingester.Simulator.Playing;

/// <summary>An event in a frame.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Range">Its ids; null when it has none.</param>
/// <param name="Micros">Its exchange time, microseconds UTC; zero when it has none.</param>
internal readonly record struct PlayedEvent(PlayedStream Stream, SequenceRange? Range, long Micros)
{
    /// <summary>True for a snapshot, and for a trade that the exchange repeats after a subscription.</summary>
    public bool IsRepeated { get; init; }
}
