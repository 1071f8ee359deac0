using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Reading;

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

    /// <summary>Without a sequence, windows must prove that nothing is missing since the whole book.</summary>
    public static (BookProof Proof, string Reason) Between(IReadOnlyList<WindowAudit> windows, long since)
    {
        if (windows.FirstOrDefault(window => window.Verdict == WindowVerdict.Missing) is { Window.Minutes: > 0 } missing)
            return (BookProof.Unknown, $"The window {missing.Window} is missing.");
        var open = windows.Where(window => window.Verdict == WindowVerdict.Partial).ToList();
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
    public static (BookProof Proof, string Reason)? Torn(IEnumerable<GapRecord> gaps, IReadOnlyList<WindowAudit> windows, (long Since, long At) span)
    {
        var torn = gaps.FirstOrDefault(gap => gap is { IsReset: false, Closes: false } && gap.From >= span.Since && gap.From <= span.At
            && windows.Any(window => !window.Whole && window.Window.StartMicros <= gap.To && window.Window.EndMicros > gap.From));
        return torn is null ? null : (BookProof.Unknown,
            $"Changes are missing between {Time(torn.From)} and {Time(torn.To)} ({torn.Cause}), and no whole book was taken after them.");
    }

    /// <summary>Changes are missing.</summary>
    public static string Gap(SequenceRange missing, long from, long to) =>
        $"The changes {missing} are missing between {Time(from)} and {Time(to)}, and no whole book was taken after them.";

    /// <summary>A time for a sentence.</summary>
    public static string Time(long micros) => $"{Micros.ToDateTime(micros):yyyy-MM-dd HH:mm:ss.ffffff}";
}
