using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Repairing;

/// <summary>A hole that was asked for.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Range">The ids.</param>
/// <param name="Open">Why it is still open; null when it is closed.</param>
internal sealed record BackfilledHole(StreamId Stream, SequenceRange Range, string? Open)
{
    /// <summary>True when the exchange did not answer as it should, so that asking again may help; false when it does not serve the ids any more.</summary>
    public bool MayCloseLater { get; init; }
}
