using Ingester.Core.Journals;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>What the journals report about each minute of some hours, and how the hours are divided into windows.</summary>
internal sealed class MinuteReports
{
    private readonly Period hours;
    private readonly MinuteReport[] reports;
    private readonly byte[] windowLengths; // length of the shortest window that starts at a minute
    private readonly ulong[] hashes;
    private readonly StatedGrade[] grades;

    /// <summary>Collects the reports.</summary>
    public MinuteReports(Period hours, StreamJournal journal, IReadOnlyList<GapRecord> gaps, IReadOnlyList<SegmentEntry> variants, SequenceKind kind)
    {
        this.hours = hours;
        var count = (int)((hours.To - hours.From) / Window.MicrosPerMinute);
        (reports, windowLengths, hashes, grades) = (new MinuteReport[count], new byte[count], new ulong[count], new StatedGrade[count]);
        var undecodable = gaps.Where(gap => gap.IsUndecodable).ToList();
        foreach (var line in journal.Lines)
        {
            AddWindow(line.Window);
            Mark(line.Window, line.HasRows ? MinuteReport.Rows : IsQuiet(line, undecodable) ? MinuteReport.Quiet : MinuteReport.None);
            if (line.State == CoverageState.Whole)
                AddGrade(line);
        }

        foreach (var gap in gaps)
            if (gap.IsDisputed)
                Mark(gap, MinuteReport.Disputed);
            else if (gap.HasUnknownStart)
                Mark(gap, MinuteReport.Doubtful);
        foreach (var variant in variants)
            Mark(variant.Name.Window, kind == SequenceKind.Contiguous ? MinuteReport.None : MinuteReport.Variant | MinuteReport.Disputed);
    }

    /// <summary>The report about the minute that starts at a time.</summary>
    public MinuteReport ReportAt(long micros) => reports[IndexOf(micros)];

    /// <summary>
    /// The best grade for a whole window if the replicas agree on its rows. Otherwise the weakest, because it is not known whose rows are stored.
    /// </summary>
    public StatedGrade GradeAt(long micros) => grades[IndexOf(micros)];

    /// <summary>Adds a known window.</summary>
    public void AddWindow(Window window)
    {
        if (hours.Contains(window.StartMicros) && windowLengths[IndexOf(window.StartMicros)] is var known && (known == 0 || known > window.Minutes))
            windowLengths[IndexOf(window.StartMicros)] = (byte)window.Minutes;
    }

    /// <summary>
    /// Divides an hour into windows. Known windows are used as they are, the shortest one when lengths contradict each other. Time between them is
    /// divided into windows of the shortest length known in the hour, or of one minute.
    /// </summary>
    public IEnumerable<Window> CutIntoWindows(long hour)
    {
        var first = IndexOf(hour);
        var shortest = windowLengths.AsSpan(first, HourProof.MinutesPerHour).ToArray().Where(minutes => minutes > 0).DefaultIfEmpty((byte)1).Min();
        for (var minute = 0; minute < HourProof.MinutesPerHour;)
        {
            var known = (int)windowLengths[first + minute];
            var length = known > 0 ? known : minute % shortest == 0 ? shortest : 1;
            for (var next = 1; next < length; next++)
                if (windowLengths[first + minute + next] > 0)
                    length = 1; // another window starts inside
            yield return new(hour + minute * Window.MicrosPerMinute, length);
            minute += length;
        }
    }

    private int IndexOf(long micros) => (int)((micros - hours.From) / Window.MicrosPerMinute);

    /// <summary>True when a replica reports a window as quiet and had no undecodable frame that may belong to the window.</summary>
    private static bool IsQuiet(CoverageRecord line, List<GapRecord> undecodable) =>
        line.State == CoverageState.Quiet && !undecodable.Exists(gap => gap.Replica == line.Replica && gap.Overlaps(line.Window));

    private void Mark(Window window, MinuteReport report)
    {
        if (report == MinuteReport.None || !hours.Overlaps(window))
            return;
        var end = IndexOf(Math.Min(window.EndMicros, hours.To));
        for (var minute = IndexOf(Math.Max(window.StartMicros, hours.From)); minute < end; minute++)
            reports[minute] |= report;
    }

    private void Mark(GapRecord gap, MinuteReport report)
    {
        for (var micros = Math.Max(hours.From, Window.Containing(gap.From, 1).StartMicros); micros < hours.To && micros <= gap.To; micros += Window.MicrosPerMinute)
            if (gap.Overlaps(new(micros, 1)))
                reports[IndexOf(micros)] |= report;
    }

    private void AddGrade(in CoverageRecord line)
    {
        if (line.HashStart == 0 || !hours.Contains(line.Window.StartMicros))
            return;
        var index = IndexOf(line.Window.StartMicros);
        var areEqual = hashes[index] == 0 || hashes[index] == line.HashStart;
        grades[index] = hashes[index] == 0 ? line.Grade : areEqual ? StatedGrade.Stronger(grades[index], line.Grade) : StatedGrade.Weaker(grades[index], line.Grade);
        hashes[index] = line.HashStart;
    }
}
