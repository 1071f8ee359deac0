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

    /// <summary>The published files that ids of the gap were taken from; empty when there is none.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>
    /// The results of REST and of published files. A gap that both were asked for, and that is still open, has the reasons of both.
    /// </summary>
    public static IReadOnlyList<GapRepairResult> Combine(IReadOnlyList<GapRepairResult> rest, IReadOnlyList<GapRepairResult> files) =>
    [
        .. rest.Where(gap => gap.OpenReason is null || !files.Any(gap.Overlaps)),
        .. files.Select(tried => tried.OpenReason is null ? tried : rest.Where(gap => gap.OpenReason is not null && gap.Overlaps(tried)).Aggregate(tried, static (one, gap) =>
            one with { OpenReason = $"{gap.OpenReason} {one.OpenReason}", MayCloseLater = one.MayCloseLater || gap.MayCloseLater })),
    ];

    private bool Overlaps(GapRepairResult other) => other.Stream == Stream && other.Range.After < Range.UpTo && other.Range.UpTo > Range.After;
}
