using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Reading.Auditing;

namespace Ingester.Repairing;

/// <summary>A gap that is closed from published files, one day after the other.</summary>
/// <param name="stream">The stream.</param>
/// <param name="gap">The missing ids and their times.</param>
internal sealed class ArchiveGap(StreamId stream, MissingRange gap)
{
    private readonly List<string> files = [];
    private readonly List<string> reasons = [];
    private bool mayCloseLater;

    /// <summary>The missing ids and their times.</summary>
    public MissingRange Missing => gap;

    /// <summary>The ids that no file had yet, in their order.</summary>
    public IReadOnlyList<SequenceRange> Left { get; set; } = [gap.Range];

    /// <summary>Ids were taken from a file.</summary>
    public void TookFrom(string file) => files.Add(file);

    /// <summary>A file did not close the gap.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="isTemporary">True if a later attempt may succeed.</param>
    public void NotClosed(string reason, bool isTemporary = false)
    {
        mayCloseLater |= isTemporary;
        if (!reasons.Contains(reason, StringComparer.Ordinal))
            reasons.Add(reason);
    }

    /// <summary>The result.</summary>
    public GapRepairResult ToResult() => new(stream, gap.Range, Left.Count == 0 ? null : reasons.Count > 0 ? string.Join(' ', reasons) : $"The files do not have {string.Join(", ", Left)}.")
    {
        MayCloseLater = Left.Count > 0 && mayCloseLater,
        Files = files,
    };
}
