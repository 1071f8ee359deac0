using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Reading;

/// <summary>Judges one stream by the names of what is stored and by what replicas said. Nothing here opens an object.</summary>
/// <param name="facts">What replicas said.</param>
/// <param name="gaps">The gaps that they reported of this stream.</param>
/// <param name="period">The period that is judged.</param>
internal sealed class StreamAuditor(StreamFacts facts, IReadOnlyList<GapRecord> gaps, Period period)
{
    private readonly SequenceKind kind = StreamMerge.KindOf(facts.Stream) ?? SequenceKind.Monotonic;

    /// <summary>Judges.</summary>
    /// <param name="entries">The segments of the period and of some hours around it, in the order of their windows.</param>
    public StreamAudit Judge(IReadOnlyList<SegmentEntry> entries)
    {
        IReadOnlyList<Island> islands = kind == SequenceKind.Contiguous ? Islands.Of(entries, new(facts.Stream, gaps)) : [];
        var holes = Islands.Holes(islands).ToList();
        var stored = new Dictionary<long, bool>(entries.Count); // by the start of the window, whether a whole object is among what is stored of it
        foreach (var entry in entries)
            stored[entry.Name.Window.StartMicros] = entry.Name.Whole || stored.GetValueOrDefault(entry.Name.Window.StartMicros);
        var windows = new List<WindowAudit>();
        foreach (var window in Grid(entries))
            windows.Add(new(window, Verdict(window.StartMicros, stored, islands, holes), stored.GetValueOrDefault(window.StartMicros)));
        windows.TrimExcess();
        var messages = MessageCount.Of(facts.Lines, period);
        var missing = holes.Where(hole => Touches(hole)).Select(Missing).ToList();
        var seen = gaps.Where(gap => gap is { IsReset: false, Closes: false } && gap.To >= period.From && gap.From < period.To).ToList();
        return new()
        {
            Stream = facts.Stream,
            Windows = windows,
            Missing = missing,
            Closed = [.. seen.Where(gap => gap.Range is not null).Select(gap => Closed(gap, islands)).OfType<ClosedGap>()],
            Backfilled = [.. gaps.Where(gap => gap is { IsBackfill: true, Range: not null }).Select(gap => gap.Range!.Value)],
            ReplicaMessages = messages.OfReplicas,
            ReplicaGaps = seen.Count,
            Messages = messages.Merged,
            Gaps = kind == SequenceKind.Contiguous ? missing.Count : Interruptions(windows),
        };
    }

    /// <summary>Every window of the period in which the stream was to be recorded.</summary>
    private IEnumerable<Window> Grid(IReadOnlyList<SegmentEntry> entries)
    {
        var known = new Dictionary<long, int>(entries.Count);
        foreach (var entry in entries)
            known[entry.Name.Window.StartMicros] = entry.Name.Window.Minutes;
        foreach (var line in facts.Lines)
            known[line.Window.StartMicros] = line.Window.Minutes;
        var minutes = known.Count > 0 ? known[known.Keys.Min()] : 1;
        for (var start = Window.Of(period.From, minutes).StartMicros; start < period.To;)
        {
            minutes = known.TryGetValue(start, out var length) ? length : minutes;
            var window = Window.Of(start, minutes);
            if (window.StartMicros >= period.From && facts.IsWanted(window.StartMicros))
                yield return window;
            start = window.EndMicros;
        }
    }

    private WindowVerdict Verdict(
        long start, Dictionary<long, bool> stored, IReadOnlyList<Island> islands, IReadOnlyList<(Island Before, Island After)> holes)
    {
        var here = stored.TryGetValue(start, out var whole);
        if (whole)
            return WindowVerdict.Complete;
        if (islands.Any(island => island.Spans(start)))
            return here ? WindowVerdict.Complete : WindowVerdict.Quiet;
        if (here)
            return WindowVerdict.Partial;
        var torn = holes.Any(hole => hole.Before.LastStart < start && hole.After.FirstStart > start);
        return !torn && facts.SaysQuiet(start) ? WindowVerdict.Quiet : WindowVerdict.Missing;
    }

    private bool Touches((Island Before, Island After) hole) => hole.After.FirstStart >= period.From && hole.Before.LastStart < period.To;

    private MissingRange Missing((Island Before, Island After) hole)
    {
        var range = new SequenceRange(hole.Before.Range.UpTo, hole.After.Range.After);
        var holders = facts.Lines.Where(line => line.Range is { } held && held.After < range.UpTo && held.UpTo > range.After).Select(line => line.Replica);
        var again = gaps.Where(row => row.OnlyBook && row.Range is { } part && part.After < range.UpTo && part.UpTo > range.After).Select(row => (long?)row.To).Max();
        return new(range, hole.Before.LastStart, hole.After.FirstStart, [.. holders.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)])
        {
            BookFromMicros = again,
        };
    }

    private ClosedGap? Closed(GapRecord gap, IReadOnlyList<Island> islands)
    {
        var range = gap.Range!.Value;
        if (!islands.Any(island => island.Range.After <= range.After && island.Range.UpTo >= range.UpTo))
            return null;
        var closing = gaps.FirstOrDefault(row => row is { Closes: true, OnlyBook: false } && row.Range is { } part && part.After < range.UpTo && part.UpTo > range.After);
        return new(range, gap.Replica, gap.Cause, closing?.Cause ?? "replica");
    }

    /// <summary>Without a sequence, a hole is a run of windows that are not proven.</summary>
    private static int Interruptions(List<WindowAudit> windows)
    {
        var (count, inside) = (0, false);
        foreach (var window in windows)
        {
            var open = window.Verdict > WindowVerdict.Quiet;
            count += open && !inside ? 1 : 0;
            inside = open;
        }

        return count;
    }
}
