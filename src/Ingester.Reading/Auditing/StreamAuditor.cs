using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Auditing;

/// <summary>
/// Audits one stream from the names of its segments and from the journals, hour by hour and minute by minute: a verdict applies to every minute of a
/// window, not only to its start. No object is opened. When two claims contradict each other, the weaker one counts.
/// </summary>
/// <param name="journal">The journal of the stream.</param>
/// <param name="gaps">The reported gaps of the stream.</param>
/// <param name="period">The audited period.</param>
internal sealed class StreamAuditor(StreamJournal journal, IReadOnlyList<GapRecord> gaps, Period period)
{
    private readonly SequenceKind kind = ExchangeCatalog.SequenceOf(journal.Stream) ?? SequenceKind.Monotonic;
    private readonly List<WindowAudit> windows = [];
    private readonly List<MissingRange> missing = [];
    private readonly List<OpenGap> open = [];
    private readonly List<ClosedGap> closed = [];
    private readonly HashSet<GapRecord> reportedGaps = [];
    private readonly HashSet<long> archivedMinutes = []; // starts of minutes with rows from a published file

    /// <summary>Runs the audit.</summary>
    /// <param name="stored">The segments in and around the hours of the period, in the order of their windows.</param>
    /// <param name="variants">Variants: other rows of windows whose keys were already in use.</param>
    public StreamAudit Audit(IReadOnlyList<SegmentEntry> stored, IReadOnlyList<SegmentEntry> variants)
    {
        var entries = stored.Where(entry => !entry.IsUndersized).ToList();
        var hours = period.ToWholeHours();
        var reports = new MinuteReports(hours, journal, gaps, variants, kind);
        foreach (var entry in entries)
        {
            reports.AddWindow(entry.Name.Window);
            journal.AddStored(entry.Name.Window.StartMicros);
        }

        var seen = gaps.Where(gap => gap.IsDefect && gap.To >= period.From && gap.From < period.To).ToList();
        MarkArchived(entries);
        for (var hour = hours.From; hour < hours.To; hour += HourProof.HourMicros)
            AuditHour(new(hour, SelectAround(entries, hour), kind, () => new(journal.Stream, gaps)), reports);
        windows.TrimExcess();
        var messages = MessageCount.Count(journal.Lines, period);
        var known = stored.Concat(variants).Where(entry => period.Contains(entry.Name.Window.StartMicros)).ToList();
        var own = known.FindAll(entry => !entry.IsExpired);
        return new()
        {
            Stream = journal.Stream,
            Windows = windows,
            MissingRanges = [.. missing.OrderBy(gap => gap.Range.After)],
            OpenGaps = open,
            ClosedGaps = closed,
            Backfilled = [.. gaps.Where(gap => gap is { IsBackfill: true, Range: not null }).Select(gap => gap.Range!.Value)],
            Archived = [.. gaps.Where(gap => gap is { IsArchive: true, Range: not null } && gap.To >= period.From && gap.From < period.To)
                .Select(gap => new ArchivedRange(gap.Range!.Value, gap.Source?.File ?? "", gap.Source?.Sha256 ?? "")).Distinct().OrderBy(part => part.Range.After)],
            Agreement = ReplicaAgreement.Count(journal.Lines, period),
            ReplicaMessages = messages.AcrossReplicas,
            ReplicaGaps = seen.Count,
            Messages = messages.Merged,
            Gaps = kind == SequenceKind.Contiguous ? missing.Count + open.Count : CountInterruptions(windows),
            StoredObjects = own.Count,
            StoredBytes = own.Sum(entry => entry.Size),
            ExpiredObjects = known.Count - own.Count,
        };
    }

    /// <summary>Finds the minutes of fragments whose rows are from a published file, as the rows of <c>gaps</c> state it.</summary>
    private void MarkArchived(List<SegmentEntry> entries)
    {
        var archived = gaps.Where(gap => gap is { IsArchive: true, Range: not null }).Select(gap => gap.Range!.Value).ToList();
        if (archived.Count == 0)
            return;
        foreach (var entry in entries)
            if (entry.Name is { IsWhole: false, Range: { } range } && archived.Exists(part => part.After <= range.After && part.UpTo >= range.UpTo))
                for (var minute = entry.Name.Window.StartMicros; minute < entry.Name.Window.EndMicros; minute += Window.MicrosPerMinute)
                    archivedMinutes.Add(minute);
    }

    private void AuditHour(HourProof proof, MinuteReports reports)
    {
        var hour = gaps.Where(gap => gap.IsDefect && gap.Overlaps(new(proof.Start, HourProof.MinutesPerHour))).ToList();
        var withRange = kind == SequenceKind.Contiguous ? hour.FindAll(gap => gap.Range is { } range && !proof.Covers(range)) : [];
        foreach (var gap in withRange)
            proof.MarkContradiction(Window.Containing(gap.From, 1), Window.Containing(Math.Max(gap.From, gap.To), 1));
        var verdicts = new WindowVerdict?[HourProof.MinutesPerHour];
        for (var minute = 0; minute < HourProof.MinutesPerHour; minute++)
            if (IsAudited(proof, minute))
                verdicts[minute] = GetVerdict(proof, reports, minute, withRange);
        foreach (var window in reports.CutIntoWindows(proof.Start))
            if (period.Overlaps(window))
                AddWindows(window, verdicts.AsSpan((int)((window.StartMicros - proof.Start) / Window.MicrosPerMinute), window.Minutes), proof, reports);
        foreach (var gap in proof.Gaps)
            if (gap.After.LowestIdWindow.EndMicros > period.From && gap.Before.HighestIdWindow.StartMicros < period.To && CreateMissingRange(gap) is var found && missing.TrueForAll(known => known.Range != found.Range))
                missing.Add(found);
        foreach (var gap in hour)
            if (gap.To >= period.From && gap.From < period.To && !reportedGaps.Contains(gap))
                ReportGap(gap, proof, verdicts);
    }

    private WindowVerdict GetVerdict(HourProof proof, MinuteReports reports, int minute, List<GapRecord> withRange)
    {
        var micros = proof.Start + minute * Window.MicrosPerMinute;
        var report = reports.ReportAt(micros);
        var doubtful = proof.IsContradicted(minute) || (report.HasFlag(MinuteReport.Doubtful) && kind != SequenceKind.Contiguous);
        var stored = proof.IsStored(minute);
        if (report.HasFlag(MinuteReport.Disputed) && (stored || report.HasFlag(MinuteReport.Variant)))
            return WindowVerdict.Disputed;
        if (stored)
            return !doubtful && (proof.IsWhole(minute) || proof.IsChained(minute)) ? WindowVerdict.Complete : WindowVerdict.Partial;
        if (proof.IsChained(minute) && !doubtful)
            return WindowVerdict.Quiet;
        var quiet = report.HasFlag(MinuteReport.Quiet) && !report.HasFlag(MinuteReport.Rows) && !doubtful && !proof.IsInGap(minute)
            && !withRange.Exists(gap => gap.Overlaps(new(micros, 1)));
        return quiet ? WindowVerdict.Quiet : WindowVerdict.Missing;
    }

    /// <summary>
    /// True for every minute in which a recording was expected or a segment is stored. Before the first line about the stream, every minute from the
    /// first stored segment on counts.
    /// </summary>
    private bool IsAudited(HourProof proof, int minute)
    {
        var micros = proof.Start + minute * Window.MicrosPerMinute;
        return proof.IsStored(minute) || journal.IsExpected(micros) || (micros < journal.FirstMentioned && micros >= proof.FirstStored);
    }

    private void AddWindows(Window window, Span<WindowVerdict?> verdicts, HourProof proof, MinuteReports reports)
    {
        var same = true;
        foreach (var verdict in verdicts)
            same &= verdict == verdicts[0];
        for (var minute = 0; minute < (same ? 1 : verdicts.Length); minute++)
            if (verdicts[minute] is { } verdict && (same ? window : new Window(window.StartMicros + minute * Window.MicrosPerMinute, 1)) is var part && period.Overlaps(part))
            {
                var place = (int)((part.StartMicros - proof.Start) / Window.MicrosPerMinute);
                var whole = proof.IsWhole(place);
                var grade = verdict is WindowVerdict.Complete or WindowVerdict.Disputed ? whole ? reports.GradeAt(part.StartMicros) : HasArchivedRows(part) ? StatedGrade.Archive : StatedGrade.Chain : StatedGrade.Unknown;
                windows.Add(new(part, verdict, whole) { Grade = grade });
            }
    }

    private bool HasArchivedRows(Window window)
    {
        for (var minute = window.StartMicros; minute < window.EndMicros; minute += Window.MicrosPerMinute)
            if (archivedMinutes.Contains(minute))
                return true;
        return false;
    }

    /// <summary>The segments in and around an hour. If one side has none, the nearest segment is included.</summary>
    private List<SegmentEntry> SelectAround(List<SegmentEntry> entries, long hour)
    {
        var (begin, end) = (IndexOfFirstAt(entries, hour - HourProof.Margin - StreamListing.MaxWindowMicros), IndexOfFirstAt(entries, hour + HourProof.HourMicros + HourProof.Margin));
        var slice = new List<SegmentEntry>(end - begin);
        for (var i = begin; i < end; i++)
            if (entries[i].Name.Window.EndMicros > hour - HourProof.Margin)
                slice.Add(entries[i]);
        if (kind != SequenceKind.Contiguous)
            return slice;
        if (!slice.Exists(entry => entry.Name.Window.EndMicros <= hour))
            slice.InsertRange(0, Nearest(entries, IndexOfFirstAt(entries, hour - HourProof.Margin - StreamListing.MaxWindowMicros + 1) - 1, -1, hour));
        if (!slice.Exists(entry => entry.Name.Window.StartMicros >= hour + HourProof.HourMicros))
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
            if (Math.Abs(start - hour) > HourProof.MaxSearchDistance || (found.Count > 0 && start != found[0].Name.Window.StartMicros))
                break;
            found.Add(entries[i]);
        }

        if (step < 0)
            found.Reverse();
        return found;
    }

    private static int IndexOfFirstAt(List<SegmentEntry> entries, long micros)
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

    private MissingRange CreateMissingRange((ContiguousRange Before, ContiguousRange After) gap)
    {
        var range = new SequenceRange(gap.Before.Range.UpTo, gap.After.Range.After);
        var holders = journal.Lines.Where(line => line.Range is { } held && held.After < range.UpTo && held.UpTo > range.After).Select(line => line.Replica);
        var recovery = gaps.Where(row => row.IsBookRecovery && row.Range is { } part && part.After < range.UpTo && part.UpTo > range.After).Select(row => (long?)row.To).Max();
        var (from, to) = (gap.Before.HighestIdWindow.StartMicros, gap.After.LowestIdWindow.EndMicros);
        foreach (var row in gaps)
            if (row is { IsDefect: true, Range: { } own } && own.After <= range.After && own.UpTo >= range.UpTo && row.From >= from && row.To <= to && row.From <= row.To)
                (from, to) = (row.From, row.To); // a replica saw both events
        var reports = gaps.Where(row => row is { IsDefect: true, Range: { } part } && part.After < range.UpTo && part.UpTo > range.After).ToList();
        return new(range, from, to, [.. holders.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)])
        {
            Causes = [.. reports.Select(row => row.Cause).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            ReportedBy = [.. reports.Select(row => row.Replica).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            BookKnownFromMicros = recovery,
        };
    }

    /// <summary>Classifies a reported gap as closed, contained in the missing ranges, or open.</summary>
    private void ReportGap(GapRecord gap, HourProof proof, WindowVerdict?[] verdicts)
    {
        if (kind == SequenceKind.Contiguous && gap.Range is { } range)
        {
            reportedGaps.Add(gap);
            var closures = gaps.Where(row => row is { IsClosure: true, IsBookRecovery: false } && row.Range is { } part && part.After < range.UpTo && part.UpTo > range.After).ToList();
            var closure = closures.Find(row => row.IsArchive) ?? closures.FirstOrDefault();
            if (proof.Covers(range))
                closed.Add(new(range, gap.Replica, gap.Cause, closure?.Cause ?? "replica") { FromMicros = gap.From, ToMicros = gap.To });
            else if (!proof.Gaps.Any(other => other.Before.Range.UpTo < range.UpTo && other.After.Range.After > range.After))
                open.Add(OpenGap.FromRecord(gap));
            return;
        }

        for (var minute = 0; minute < HourProof.MinutesPerHour; minute++)
            if (verdicts[minute] > WindowVerdict.Quiet && gap.Overlaps(new(proof.Start + minute * Window.MicrosPerMinute, 1)))
            {
                reportedGaps.Add(gap);
                open.Add(OpenGap.FromRecord(gap));
                return;
            }
    }

    /// <summary>Counts gaps of a stream without sequence ids: runs of windows that are not proven.</summary>
    private static int CountInterruptions(List<WindowAudit> windows)
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
