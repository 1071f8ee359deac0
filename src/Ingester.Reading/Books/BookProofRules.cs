using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Auditing;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Books;

/// <summary>Decides whether the windows between a snapshot and a time prove the book at that time.</summary>
internal static class BookProofRules
{
    /// <summary>
    /// How far before the snapshot and after the requested time diffs are read, to find one that joins the snapshot and one that follows.
    /// </summary>
    public const long SearchMargin = 60 * Window.MicrosPerMinute;

    /// <summary>The case in which the exchange sends complete books and no diffs, and no gap is reported.</summary>
    public static (BookProof Proof, string Reason) WithoutDiffs =>
        (BookProof.Unproven, "The exchange sends complete books: this is the last one before that time, and nothing proves that none is missing since.");

    /// <summary>The case in which no later diff is stored: the windows since the last diff decide.</summary>
    public static (BookProof Proof, string Reason) WithoutLaterDiff(IReadOnlyList<WindowAudit> windows, long last)
    {
        if (windows.Count == 0)
            return (BookProof.Unproven, $"No coverage is stored after {FormatTime(last)}.");
        return windows.FirstOrDefault(window => window.Verdict > WindowVerdict.Quiet) is { Window.Minutes: > 0 } open
            ? (BookProof.Unproven, $"No diff after {FormatTime(last)} is stored, but the window {open.Window} is not proven quiet.")
            : (BookProof.Proven, "Every diff since the snapshot is stored, and the windows since the last diff are proven.");
    }

    /// <summary>
    /// Without sequence ids, the windows must prove that nothing is missing since the snapshot. The window of the snapshot itself does not have to
    /// contain diffs: recording may have started with the snapshot.
    /// </summary>
    public static (BookProof Proof, string Reason) FromWindows(IReadOnlyList<WindowAudit> windows, long since)
    {
        if (windows.FirstOrDefault(window => window.Verdict == WindowVerdict.Missing && window.Window.StartMicros > since) is { Window.Minutes: > 0 } missing)
            return (BookProof.Unknown, $"The window {missing.Window} is missing.");
        var open = windows.Where(window => window.Verdict > WindowVerdict.Quiet).ToList();
        return open.Count == 0 && windows.Count > 0 && windows[0].Window.StartMicros <= since
            ? (BookProof.Proven, "Every window since the snapshot is proven.")
            : (BookProof.Unproven, open.Count > 0
                ? $"The diffs have no ids, and {open.Count} windows since the snapshot are not proven, the first is {open[0].Window}."
                : "The diffs have no ids, and no coverage is stored since the snapshot.");
    }

    /// <summary>
    /// Without sequence ids, a gap that a replica reports after the snapshot makes the book unknown, unless another replica stored every window the
    /// gap overlaps as whole. Null when no such gap is reported.
    /// </summary>
    /// <param name="openGaps">The gaps that replicas report after the snapshot.</param>
    /// <param name="gaps">All gaps that replicas report for the stream.</param>
    /// <param name="windows">The windows from the snapshot to the end of the last gap, also beyond the requested time.</param>
    public static (BookProof Proof, string Reason)? FromReportedGaps(IEnumerable<GapRecord> openGaps, IReadOnlyList<GapRecord> gaps, IReadOnlyList<WindowAudit> windows)
    {
        if (openGaps.FirstOrDefault(gap => gap.HasUnknownStart || !AllWhole(windows, gap)) is not { } open)
            return null;
        var recovery = gaps.FirstOrDefault(gap => gap.IsBookRecovery && gap.Replica == open.Replica && gap.From == open.From)?.To;
        return (BookProof.Unknown, $"{(open.Stream.Dataset == Dataset.Snapshots ? "Books" : "Diffs")} are missing between {FormatTime(open.From)} and {FormatTime(open.To)} ({open.Cause}), "
            + (recovery is { } micros ? $"and the book is known again from {FormatTime(micros)}." : "and no snapshot was taken after them."));
    }

    /// <summary>True when all windows that a gap overlaps are whole.</summary>
    public static bool AllWhole(IReadOnlyList<WindowAudit> windows, GapRecord gap)
    {
        var overlapped = windows.Where(window => window.Window.StartMicros <= gap.To && window.Window.EndMicros > gap.From).ToList();
        return overlapped.Count > 0 && overlapped[^1].Window.EndMicros > gap.To && overlapped.All(window => window.IsWhole);
    }

    /// <summary>The reason for a gap between diffs.</summary>
    public static string DescribeGap(SequenceRange missing, long from, long to) =>
        $"The diffs {missing} are missing between {FormatTime(from)} and {FormatTime(to)}, and no snapshot was taken after them.";

    /// <summary>The case in which the same ids are stored with different levels, and neither row is proven.</summary>
    public static (BookProof Proof, string Reason) FromConflict(SequenceRange conflict) =>
        (BookProof.Unproven, $"The diff {conflict} is stored with different levels, and neither is proven.");

    /// <summary>The proof of a book when a diff is stored behind diffs with higher ids.</summary>
    public static (BookProof Proof, string Reason) FromDiffOutOfOrder(SequenceRange diff) =>
        (BookProof.Unproven, $"The diff {diff} is stored after diffs with higher ids, and is not applied.");

    /// <summary>Formats a time for a sentence.</summary>
    public static string FormatTime(long micros) => $"{Micros.ToDateTime(micros):yyyy-MM-dd HH:mm:ss.ffffff}";
}
