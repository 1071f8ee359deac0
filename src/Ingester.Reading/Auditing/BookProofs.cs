using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Books;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Auditing;

/// <summary>What the windows between a whole book and a moment prove of the book at that moment.</summary>
internal static class BookProofs
{
    /// <summary>How far around the whole book and the moment changes are looked for that join and follow.</summary>
    public const long Around = 60 * Window.MicrosPerMinute;

    /// <summary>No later change is stored: it depends on whether there was one.</summary>
    public static (BookProof Proof, string Reason) AtTheEnd(IReadOnlyList<WindowAudit> windows, long last)
    {
        if (windows.Count == 0)
            return (BookProof.Unproven, $"Nothing is known after {Time(last)}.");
        return windows.FirstOrDefault(window => window.Verdict > WindowVerdict.Quiet) is { Window.Minutes: > 0 } open
            ? (BookProof.Unproven, $"No change after {Time(last)} is stored, but the window {open.Window} is not proven to have had none.")
            : (BookProof.Proven, "Every change since the whole book is there, and the windows since the last one are proven.");
    }

    /// <summary>
    /// Without a sequence, windows must prove that nothing is missing since the whole book. In the one in which it came, the stream was recorded from then on at
    /// the earliest: that it is empty says nothing.
    /// </summary>
    public static (BookProof Proof, string Reason) Between(IReadOnlyList<WindowAudit> windows, long since)
    {
        if (windows.FirstOrDefault(window => window.Verdict == WindowVerdict.Missing && window.Window.StartMicros > since) is { Window.Minutes: > 0 } missing)
            return (BookProof.Unknown, $"The window {missing.Window} is missing.");
        var open = windows.Where(window => window.Verdict > WindowVerdict.Quiet).ToList();
        return open.Count == 0 && windows.Count > 0 && windows[0].Window.StartMicros <= since
            ? (BookProof.Proven, "Every window since the whole book is proven.")
            : (BookProof.Unproven, open.Count > 0
                ? $"The exchange numbers nothing here, and {open.Count} windows since the whole book are not proven, the first {open[0].Window}."
                : "The exchange numbers nothing here, and nothing is known of the windows since the whole book.");
    }

    /// <summary>
    /// Without a sequence, a replica's own word that it missed something since the whole book, unless every window that it may touch is whole by another;
    /// null when nobody says so.
    /// </summary>
    /// <param name="torn">What replicas say is missing after the whole book.</param>
    /// <param name="gaps">All that they say of the stream.</param>
    /// <param name="windows">The windows from the whole book to the end of everything that is missing, also beyond the moment asked for.</param>
    public static (BookProof Proof, string Reason)? Torn(IEnumerable<GapRecord> torn, IReadOnlyList<GapRecord> gaps, IReadOnlyList<WindowAudit> windows)
    {
        if (torn.FirstOrDefault(gap => gap.SaysNotSinceWhen || !AreWhole(windows, gap)) is not { } hole)
            return null;
        var again = gaps.FirstOrDefault(gap => gap.OnlyBook && gap.Replica == hole.Replica && gap.From == hole.From)?.To;
        return (BookProof.Unknown, $"Changes are missing between {Time(hole.From)} and {Time(hole.To)} ({hole.Cause}), "
            + (again is { } micros ? $"and the book is known again only from {Time(micros)} on." : "and no whole book was taken after them."));
    }

    /// <summary>True when every window that a hole may touch is whole, from the first to the last.</summary>
    private static bool AreWhole(IReadOnlyList<WindowAudit> windows, GapRecord hole)
    {
        var touched = windows.Where(window => window.Window.StartMicros <= hole.To && window.Window.EndMicros > hole.From).ToList();
        return touched.Count > 0 && touched[^1].Window.EndMicros > hole.To && touched.All(window => window.Whole);
    }

    /// <summary>Changes are missing.</summary>
    public static string Gap(SequenceRange missing, long from, long to) =>
        $"The changes {missing} are missing between {Time(from)} and {Time(to)}, and no whole book was taken after them.";

    /// <summary>The same ids came with other levels, and nothing proves which are right.</summary>
    public static (BookProof Proof, string Reason) Conflict(SequenceRange twice) =>
        (BookProof.Unproven, $"The change {twice} is stored with different levels, and nothing proves which are right.");

    /// <summary>A time for a sentence.</summary>
    public static string Time(long micros) => $"{Micros.ToDateTime(micros):yyyy-MM-dd HH:mm:ss.ffffff}";
}
