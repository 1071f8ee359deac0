using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>
/// What the names of a stream's segments prove of one UTC hour. It depends on that hour and what is stored around it, never on the period that is asked for: the same
/// window has the same proof whether an hour, a day or a month is read.
/// </summary>
internal sealed class HourProof
{
    /// <summary>How many minutes an hour has.</summary>
    public const int Minutes = 60;

    /// <summary>How long an hour is.</summary>
    public const long Length = Minutes * Window.MicrosPerMinute;

    /// <summary>Segments so far around an hour prove its edges; where there are none, the nearest do.</summary>
    public const long Around = 2 * Length;

    /// <summary>The nearest segment is not looked for further away.</summary>
    public const long Reach = 7 * 24 * Length;

    private readonly IReadOnlyList<SegmentEntry> slice;
    private readonly bool[] stored = new bool[Minutes];
    private readonly bool[] whole = new bool[Minutes];
    private readonly bool[] contradicted = new bool[Minutes];

    /// <summary>Proves what can be proven.</summary>
    /// <param name="start">The first microsecond of the hour.</param>
    /// <param name="slice">What is stored in it and around it, in the order of windows.</param>
    /// <param name="kind">What the sequence is worth.</param>
    /// <param name="epochs">Begins to tell numberings apart.</param>
    public HourProof(long start, IReadOnlyList<SegmentEntry> slice, SequenceKind kind, Func<Epochs> epochs)
    {
        (Start, this.slice) = (start, slice);
        foreach (var entry in slice)
            Mark(entry.Name);
        Islands = kind == SequenceKind.Contiguous ? IslandFinder.Of(slice, epochs) : [];
        Gaps = [.. IslandFinder.Holes(Islands)];
        foreach (var (before, after) in Gaps)
            Contradict(before.High, after.Low);
    }

    /// <summary>The first microsecond of the hour.</summary>
    public long Start { get; }

    /// <summary>What is stored without a gap.</summary>
    public IReadOnlyList<Island> Islands { get; }

    /// <summary>What is missing between.</summary>
    public IReadOnlyList<(Island Before, Island After)> Gaps { get; }

    /// <summary>The start of the first window that something is stored of, in the hour or shortly before it; none where nothing is.</summary>
    public long FirstStored { get; private set; } = long.MaxValue;

    /// <summary>True when something of a minute's window is stored.</summary>
    public bool IsStored(int minute) => stored[minute];

    /// <summary>True when a whole object has the minute.</summary>
    public bool IsWhole(int minute) => whole[minute];

    /// <summary>True when ids chain from before a minute to after it.</summary>
    public bool IsSpanned(int minute) => Spans(Start + minute * Window.MicrosPerMinute);

    /// <summary>True when names that claim to be whole or to chain contradict each other there.</summary>
    public bool IsContradicted(int minute) => contradicted[minute];

    /// <summary>True when ids are missing between what is stored before a minute and what is stored after it.</summary>
    public bool IsTorn(int minute)
    {
        var micros = Start + minute * Window.MicrosPerMinute;
        foreach (var (before, after) in Gaps)
            if (before.High.EndMicros <= micros && after.Low.StartMicros > micros)
                return true;
        return false;
    }

    /// <summary>True when a range is stored without a gap.</summary>
    public bool Has(SequenceRange range) => Islands.Any(island => island.Range.After <= range.After && island.Range.UpTo >= range.UpTo);

    /// <summary>
    /// Something is missing between two windows, or in them: one of all minutes from the first to the last must be open. Where names say that all are whole, the
    /// claims contradict each other, and neither of the two is believed.
    /// </summary>
    public void Contradict(Window first, Window last)
    {
        if (first.StartMicros > last.StartMicros)
            (first, last) = (last, first);
        if (last.EndMicros - first.StartMicros > Around + Length)
            return; // longer than anything that is looked at
        for (var micros = first.StartMicros; micros < last.EndMicros; micros += Window.MicrosPerMinute)
            if (!IsProven(micros))
                return;
        foreach (var window in new[] { first, last })
            for (var minute = 0; minute < Minutes; minute++)
                contradicted[minute] |= Start + minute * Window.MicrosPerMinute is var micros && micros >= window.StartMicros && micros < window.EndMicros;
    }

    private void Mark(SegmentName name)
    {
        if (name.Window.StartMicros >= Start - Around && name.Window.StartMicros < Start + Length)
            FirstStored = Math.Min(FirstStored, name.Window.StartMicros);
        var begin = Math.Max(0, (name.Window.StartMicros - Start) / Window.MicrosPerMinute);
        var end = Math.Min(Minutes, (name.Window.EndMicros - Start) / Window.MicrosPerMinute);
        for (var minute = begin; minute < end; minute++)
        {
            stored[minute] = true;
            whole[minute] |= name.Whole;
        }
    }

    private bool Spans(long micros)
    {
        foreach (var island in Islands)
            if (island.Spans(micros))
                return true;
        return false;
    }

    private bool IsProven(long micros) =>
        slice.Any(entry => entry.Name.Whole && entry.Name.Window.StartMicros <= micros && entry.Name.Window.EndMicros > micros) || Spans(micros);
}
