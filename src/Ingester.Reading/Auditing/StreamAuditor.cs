using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Auditing;

/// <summary>
/// Audits one stream from the names of its segments and from the journals, hour by hour and minute by minute: a verdict applies to the time of a
/// window, not to its start. No object is opened. When two claims contradict each other, the weaker one counts.
/// </summary>
/// <param name="facts">The journal of the stream.</param>
/// <param name="gaps">The reported gaps of the stream.</param>
/// <param name="period">The audited period.</param>
internal sealed class StreamAuditor(StreamFacts facts, IReadOnlyList<GapRecord> gaps, Period period)
{
    private readonly SequenceKind kind = Catalog.SequenceOf(facts.Stream) ?? SequenceKind.Monotonic;
    private readonly List<WindowAudit> windows = [];
    private readonly List<MissingRange> missing = [];
    private readonly List<OpenGap> open = [];
    private readonly List<ClosedGap> closed = [];
    private readonly HashSet<GapRecord> told = [];

    /// <summary>Runs the audit.</summary>
    /// <param name="stored">The segments in and around the hours of the period, in the order of their windows.</param>
    /// <param name="variants">Variants: other rows of windows whose keys were already in use.</param>
    public StreamAudit Judge(IReadOnlyList<SegmentEntry> stored, IReadOnlyList<SegmentEntry> variants)
    {
        var entries = stored.Where(entry => !entry.IsAbsurd).ToList();
        var hours = period.Hours();
        var said = new SaidMinutes(hours, facts, gaps, variants, kind);
        foreach (var entry in entries)
        {
            said.AddWindow(entry.Name.Window);
            facts.Store(entry.Name.Window.StartMicros);
        }

        var seen = gaps.Where(gap => gap.Opens && gap.To >= period.From && gap.From < period.To).ToList();
        for (var hour = hours.From; hour < hours.To; hour += HourProof.Length)
            JudgeHour(new(hour, Slice(entries, hour), kind, () => new(facts.Stream, gaps)), said);
        windows.TrimExcess();
        var messages = MessageCount.Of(facts.Lines, period);
        return new()
        {
            Stream = facts.Stream,
            Windows = windows,
            Missing = [.. missing.OrderBy(gap => gap.Range.After)],
            Open = open,
            Closed = closed,
            Backfilled = [.. gaps.Where(gap => gap is { IsBackfill: true, Range: not null }).Select(gap => gap.Range!.Value)],
            ReplicaMessages = messages.OfReplicas,
            ReplicaGaps = seen.Count,
            Messages = messages.Merged,
            Gaps = kind == SequenceKind.Contiguous ? missing.Count + open.Count : Interruptions(windows),
        };
    }

    private void JudgeHour(HourProof proof, SaidMinutes said)
    {
        var hour = gaps.Where(gap => gap.Opens && gap.Touches(new(proof.Start, HourProof.Minutes))).ToList();
        var ranged = kind == SequenceKind.Contiguous ? hour.FindAll(gap => gap.Range is { } range && !proof.Has(range)) : [];
        foreach (var gap in ranged)
            proof.Contradict(Window.Of(gap.From, 1), Window.Of(Math.Max(gap.From, gap.To), 1));
        var verdicts = new WindowVerdict?[HourProof.Minutes];
        for (var minute = 0; minute < HourProof.Minutes; minute++)
            if (IsJudged(proof, minute))
                verdicts[minute] = Verdict(proof, said, minute, ranged);
        foreach (var window in said.Grid(proof.Start))
            if (period.Touches(window))
                Add(window, verdicts.AsSpan((int)((window.StartMicros - proof.Start) / Window.MicrosPerMinute), window.Minutes), proof, said);
        foreach (var gap in proof.Gaps)
            if (gap.After.Low.EndMicros > period.From && gap.Before.High.StartMicros < period.To && Missing(gap) is var found && missing.TrueForAll(known => known.Range != found.Range))
                missing.Add(found);
        foreach (var gap in hour)
            if (gap.To >= period.From && gap.From < period.To && !told.Contains(gap))
                Tell(gap, proof, verdicts);
    }

    private WindowVerdict Verdict(HourProof proof, SaidMinutes said, int minute, List<GapRecord> ranged)
    {
        var micros = proof.Start + minute * Window.MicrosPerMinute;
        var what = said.At(micros);
        var doubtful = proof.IsContradicted(minute) || (what.HasFlag(Said.Doubtful) && kind != SequenceKind.Contiguous);
        var stored = proof.IsStored(minute);
        if (what.HasFlag(Said.Disputed) && (stored || what.HasFlag(Said.Variant)))
            return WindowVerdict.Disputed;
        if (stored)
            return !doubtful && (proof.IsWhole(minute) || proof.IsSpanned(minute)) ? WindowVerdict.Complete : WindowVerdict.Partial;
        if (proof.IsSpanned(minute) && !doubtful)
            return WindowVerdict.Quiet;
        var quiet = what.HasFlag(Said.Quiet) && !what.HasFlag(Said.Rows) && !doubtful && !proof.IsTorn(minute)
            && !ranged.Exists(gap => gap.Touches(new(micros, 1)));
        return quiet ? WindowVerdict.Quiet : WindowVerdict.Missing;
    }

    /// <summary>
    /// True for every minute in which a recording was expected or a segment is stored. Before the first line about the stream, every minute from the
    /// first stored segment on counts.
    /// </summary>
    private bool IsJudged(HourProof proof, int minute)
    {
        var micros = proof.Start + minute * Window.MicrosPerMinute;
        return proof.IsStored(minute) || facts.IsWanted(micros) || (micros < facts.FirstSpoken && micros >= proof.FirstStored);
    }

    private void Add(Window window, Span<WindowVerdict?> verdicts, HourProof proof, SaidMinutes said)
    {
        var same = true;
        foreach (var verdict in verdicts)
            same &= verdict == verdicts[0];
        for (var minute = 0; minute < (same ? 1 : verdicts.Length); minute++)
            if (verdicts[minute] is { } verdict && (same ? window : new Window(window.StartMicros + minute * Window.MicrosPerMinute, 1)) is var part && period.Touches(part))
            {
                var place = (int)((part.StartMicros - proof.Start) / Window.MicrosPerMinute);
                var whole = proof.IsWhole(place);
                var grade = verdict is WindowVerdict.Complete or WindowVerdict.Disputed ? whole ? said.GradeAt(part.StartMicros) : StatedGrade.Chain : StatedGrade.Unknown;
                windows.Add(new(part, verdict, whole) { Grade = grade });
            }
    }

    /// <summary>The segments in and around an hour. If one side has none, the nearest segment is included.</summary>
    private List<SegmentEntry> Slice(List<SegmentEntry> entries, long hour)
    {
        var (begin, end) = (FirstAt(entries, hour - HourProof.Around - StreamListing.LongestWindow), FirstAt(entries, hour + HourProof.Length + HourProof.Around));
        var slice = new List<SegmentEntry>(end - begin);
        for (var i = begin; i < end; i++)
            if (entries[i].Name.Window.EndMicros > hour - HourProof.Around)
                slice.Add(entries[i]);
        if (kind != SequenceKind.Contiguous)
            return slice;
        if (!slice.Exists(entry => entry.Name.Window.EndMicros <= hour))
            slice.InsertRange(0, Nearest(entries, FirstAt(entries, hour - HourProof.Around - StreamListing.LongestWindow + 1) - 1, -1, hour));
        if (!slice.Exists(entry => entry.Name.Window.StartMicros >= hour + HourProof.Length))
            slice.AddRange(Nearest(entries, end, 1, hour));
        return slice;
    }

    /// <summary>The segments of the nearest window in one direction, in order.</summary>
    private static List<SegmentEntry> Nearest(List<SegmentEntry> entries, int from, int step, long hour)
    {
        var found = new List<SegmentEntry>();
        for (var i = from; i >= 0 && i < entries.Count; i += step)
        {
            var start = entries[i].Name.Window.StartMicros;
            if (Math.Abs(start - hour) > HourProof.Reach || (found.Count > 0 && start != found[0].Name.Window.StartMicros))
                break;
            found.Add(entries[i]);
        }

        if (step < 0)
            found.Reverse();
        return found;
    }

    private static int FirstAt(List<SegmentEntry> entries, long micros)
    {
        var (low, high) = (0, entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].Name.Window.StartMicros < micros)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private MissingRange Missing((Island Before, Island After) gap)
    {
        var range = new SequenceRange(gap.Before.Range.UpTo, gap.After.Range.After);
        var holders = facts.Lines.Where(line => line.Range is { } held && held.After < range.UpTo && held.UpTo > range.After).Select(line => line.Replica);
        var again = gaps.Where(row => row.OnlyBook && row.Range is { } part && part.After < range.UpTo && part.UpTo > range.After).Select(row => (long?)row.To).Max();
        var (from, to) = (gap.Before.High.StartMicros, gap.After.Low.EndMicros);
        foreach (var row in gaps)
            if (row is { Opens: true, Range: { } own } && own.After <= range.After && own.UpTo >= range.UpTo && row.From >= from && row.To <= to && row.From <= row.To)
                (from, to) = (row.From, row.To); // a replica saw both events
        return new(range, from, to, [.. holders.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)])
        {
            BookFromMicros = again,
        };
    }

    /// <summary>Classifies a reported gap as closed, contained in the missing ranges, or open.</summary>
    private void Tell(GapRecord gap, HourProof proof, WindowVerdict?[] verdicts)
    {
        if (kind == SequenceKind.Contiguous && gap.Range is { } range)
        {
            told.Add(gap);
            var closing = gaps.FirstOrDefault(row => row is { Closes: true, OnlyBook: false } && row.Range is { } part && part.After < range.UpTo && part.UpTo > range.After);
            if (proof.Has(range))
                closed.Add(new(range, gap.Replica, gap.Cause, closing?.Cause ?? "replica"));
            else if (!proof.Gaps.Any(hole => hole.Before.Range.UpTo < range.UpTo && hole.After.Range.After > range.After))
                open.Add(OpenGap.Of(gap));
            return;
        }

        for (var minute = 0; minute < HourProof.Minutes; minute++)
            if (verdicts[minute] > WindowVerdict.Quiet && gap.Touches(new(proof.Start + minute * Window.MicrosPerMinute, 1)))
            {
                told.Add(gap);
                open.Add(OpenGap.Of(gap));
                return;
            }
    }

    /// <summary>Counts gaps of a stream without sequence ids: runs of windows that are not proven.</summary>
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
