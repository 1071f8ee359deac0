using Ingester.Core.Markets;
using Ingester.Core.Segments;

namespace Ingester.Importing;

/// <summary>The result of an import for one stream.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Pair">The market's canonical name.</param>
/// <param name="Events">Recorded events.</param>
/// <param name="Whole">Whole segments.</param>
/// <param name="Fragments">Fragments.</param>
/// <param name="Gaps">Detected gaps.</param>
/// <param name="Duplicates">Events that were already recorded.</param>
/// <param name="Replayed">Events that the exchange replayed on subscribe; they only set the cursor.</param>
internal sealed record StreamSummary(string Dataset, string Pair, long Events, long Whole, long Fragments, long Gaps, long Duplicates, long Replayed)
{
    /// <summary>Summarizes a stream.</summary>
    public static StreamSummary Create(StreamRecorder stream) => new(
        stream.Stream.Dataset.Name(),
        stream.Stream.Market,
        stream.RecordedEvents,
        stream.SegmentCounts.Whole,
        stream.SegmentCounts.Fragments,
        stream.Gaps,
        stream.Duplicates,
        stream.ReplayedEvents);

    /// <summary>The sum of two results for the same stream.</summary>
    public StreamSummary Plus(StreamSummary other) => this with
    {
        Events = Events + other.Events,
        Whole = Whole + other.Whole,
        Fragments = Fragments + other.Fragments,
        Gaps = Gaps + other.Gaps,
        Duplicates = Duplicates + other.Duplicates,
        Replayed = Replayed + other.Replayed,
    };
}
