using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Repairing;

/// <summary>The result of the repair of one gap.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Range">The missing ids.</param>
/// <param name="OpenReason">Why the gap is still open; null when it is closed.</param>
internal sealed record GapRepairResult(StreamId Stream, SequenceRange Range, string? OpenReason)
{
    /// <summary>True when the exchange returned an error and a later attempt may succeed; false when it does not serve the ids any more.</summary>
    public bool MayCloseLater { get; init; }
}
