using Ingester.Core.Keys;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>What was said of one minute.</summary>
[Flags]
internal enum Said : byte
{
    /// <summary>Nothing.</summary>
    Nothing = 0,

    /// <summary>A replica was subscribed and alive all through its window, and nothing came.</summary>
    Quiet = 1,

    /// <summary>A replica received something of its window.</summary>
    Rows = 2,

    /// <summary>Replicas have different rows of its window.</summary>
    Disputed = 4,

    /// <summary>Other rows of its window are stored beside the first.</summary>
    Variant = 8,

    /// <summary>A book showed that something before is missing, and nothing tells since when.</summary>
    Doubtful = 16,
}

/// <summary>What replicas said of each minute of some hours, and how the hours are cut into windows.</summary>
internal sealed class SaidMinutes
{
    private readonly Period hours;
    private readonly Said[] said;
    private readonly byte[] begins; // the shortest window that begins at a minute
    private readonly ulong[] hashes;
    private readonly StatedGrade[] grades;

    /// <summary>Sums up what was said.</summary>
    public SaidMinutes(Period hours, StreamFacts facts, IReadOnlyList<GapRecord> gaps, IReadOnlyList<SegmentEntry> variants, SequenceKind kind)
    {
        this.hours = hours;
        var count = (int)((hours.To - hours.From) / Window.MicrosPerMinute);
        (said, begins, hashes, grades) = (new Said[count], new byte[count], new ulong[count], new StatedGrade[count]);
        var undecodable = gaps.Where(gap => gap.IsUndecodable).ToList();
        foreach (var line in facts.Lines)
        {
            AddWindow(line.Window);
            Mark(line.Window, line.SaysRows ? Said.Rows : IsQuiet(line, undecodable) ? Said.Quiet : Said.Nothing);
            if (line.State == CoverageState.Whole)
                Grade(line);
        }

        foreach (var gap in gaps)
            if (gap.IsDisputed)
                Mark(gap, Said.Disputed);
            else if (gap.SaysNotSinceWhen)
                Mark(gap, Said.Doubtful);
        foreach (var variant in variants)
            Mark(variant.Name.Window, kind == SequenceKind.Contiguous ? Said.Nothing : Said.Variant | Said.Disputed);
    }

    /// <summary>What was said of the minute that begins at a time.</summary>
    public Said At(long micros) => said[Place(micros)];

    /// <summary>The best grade that is stated of a whole window, by replicas that agree on its rows; else the weakest, for it is not known whose rows are stored.</summary>
    public StatedGrade GradeAt(long micros) => grades[Place(micros)];

    /// <summary>A window of that length is known.</summary>
    public void AddWindow(Window window)
    {
        if (hours.Holds(window.StartMicros) && begins[Place(window.StartMicros)] is var known && (known == 0 || known > window.Minutes))
            begins[Place(window.StartMicros)] = (byte)window.Minutes;
    }

    /// <summary>
    /// The windows of an hour: those that are known, the shortest where lengths contradict each other; between them windows of the shortest length that is known in the
    /// hour, of a minute where none is.
    /// </summary>
    public IEnumerable<Window> Grid(long hour)
    {
        var first = Place(hour);
        var usual = begins.AsSpan(first, HourProof.Minutes).ToArray().Where(minutes => minutes > 0).DefaultIfEmpty((byte)1).Min();
        for (var minute = 0; minute < HourProof.Minutes;)
        {
            var known = (int)begins[first + minute];
            var length = known > 0 ? known : minute % usual == 0 ? usual : 1;
            for (var next = 1; next < length; next++)
                if (begins[first + minute + next] > 0)
                    length = 1; // another window begins inside
            yield return new(hour + minute * Window.MicrosPerMinute, length);
            minute += length;
        }
    }

    private int Place(long micros) => (int)((micros - hours.From) / Window.MicrosPerMinute);

    /// <summary>True when a replica says that a window was quiet, and received nothing that it could not read and that may belong there.</summary>
    private static bool IsQuiet(CoverageRecord line, List<GapRecord> undecodable) =>
        line.State == CoverageState.Quiet && !undecodable.Exists(gap => gap.Replica == line.Replica && gap.Touches(line.Window));

    private void Mark(Window window, Said what)
    {
        if (what == Said.Nothing || !hours.Touches(window))
            return;
        var end = Place(Math.Min(window.EndMicros, hours.To));
        for (var minute = Place(Math.Max(window.StartMicros, hours.From)); minute < end; minute++)
            said[minute] |= what;
    }

    private void Mark(GapRecord gap, Said what)
    {
        for (var micros = Math.Max(hours.From, Window.Of(gap.From, 1).StartMicros); micros < hours.To && micros <= gap.To; micros += Window.MicrosPerMinute)
            if (gap.Touches(new(micros, 1)))
                said[Place(micros)] |= what;
    }

    private void Grade(in CoverageRecord line)
    {
        if (line.HashStart == 0 || !hours.Holds(line.Window.StartMicros))
            return;
        var place = Place(line.Window.StartMicros);
        var agree = hashes[place] == 0 || hashes[place] == line.HashStart;
        grades[place] = hashes[place] == 0 ? line.Grade : agree ? StatedGrade.Stronger(grades[place], line.Grade) : StatedGrade.Weaker(grades[place], line.Grade);
        hashes[place] = line.HashStart;
    }
}
