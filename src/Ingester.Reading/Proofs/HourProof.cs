using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>
/// What the names of a stream's segments prove about one UTC hour. The proof depends only on the segments in and around that hour, not on the
/// requested period: a window has the same proof whether an hour, a day or a month is read.
/// </summary>
internal sealed class HourProof
{
    /// <summary>Number of minutes in an hour.</summary>
    public const int MinutesPerHour = 60;

    /// <summary>One hour, in microseconds.</summary>
    public const long HourMicros = MinutesPerHour * Window.MicrosPerMinute;

    /// <summary>Segments up to this far from an hour prove its edges. If there are none, the nearest segments do.</summary>
    public const long Margin = 2 * HourMicros;

    /// <summary>Maximum distance at which the nearest segment is searched.</summary>
    public const long MaxSearchDistance = 7 * 24 * HourMicros;

    private readonly IReadOnlyList<SegmentEntry> segments;
    private readonly bool[] stored = new bool[MinutesPerHour];
    private readonly bool[] whole = new bool[MinutesPerHour];
    private readonly bool[] contradicted = new bool[MinutesPerHour];
    private readonly bool[] withoutIds = new bool[MinutesPerHour];

    /// <summary>Creates the proof.</summary>
    /// <param name="start">The first microsecond of the hour.</param>
    /// <param name="segments">The segments in and around the hour, in the order of their windows.</param>
    /// <param name="kind">The kind of the stream's sequence.</param>
    /// <param name="createNumberings">Creates the assignment to numberings; called only when it is needed.</param>
    public HourProof(long start, IReadOnlyList<SegmentEntry> segments, SequenceKind kind, Func<Numberings> createNumberings)
    {
        (Start, this.segments) = (start, segments);
        foreach (var entry in segments)
            AddSegment(entry.Name);
        ContiguousRanges = kind == SequenceKind.Contiguous ? ContiguousRangeFinder.Of(segments, createNumberings) : [];
        Gaps = [.. ContiguousRangeFinder.FindGaps(ContiguousRanges)];
        foreach (var (before, after) in Gaps)
            MarkContradiction(before.HighestIdWindow, after.LowestIdWindow);
    }

    /// <summary>The first microsecond of the hour.</summary>
    public long Start { get; }

    /// <summary>The ranges that are stored without a gap.</summary>
    public IReadOnlyList<ContiguousRange> ContiguousRanges { get; }

    /// <summary>The gaps between the ranges.</summary>
    public IReadOnlyList<(ContiguousRange Before, ContiguousRange After)> Gaps { get; }

    /// <summary>
    /// The start of the first window with a segment, in the hour or in the margin before it; <see cref="long.MaxValue"/> when there is none.
    /// </summary>
    public long FirstStored { get; private set; } = long.MaxValue;

    /// <summary>True when a segment of the minute's window is stored.</summary>
    public bool IsStored(int minute) => stored[minute];

    /// <summary>True when a whole segment covers the minute.</summary>
    public bool IsWhole(int minute) => whole[minute];

    /// <summary>
    /// True when stored ids chain from before the minute to after it, and no row of the minute lacks ids: other such rows may be missing.
    /// </summary>
    public bool IsChained(int minute) => !withoutIds[minute] && IsInsideContiguousRange(Start + minute * Window.MicrosPerMinute);

    /// <summary>True when segments that claim to be whole or to chain contradict each other at this minute.</summary>
    public bool IsContradicted(int minute) => contradicted[minute];

    /// <summary>True when ids are missing between the segments before the minute and the segments after it.</summary>
    public bool IsInGap(int minute)
    {
        var micros = Start + minute * Window.MicrosPerMinute;
        foreach (var (before, after) in Gaps)
            if (before.HighestIdWindow.EndMicros <= micros && after.LowestIdWindow.StartMicros > micros)
                return true;
        return false;
    }

    /// <summary>True when a range is stored without a gap.</summary>
    public bool Covers(SequenceRange range) => ContiguousRanges.Any(known => known.Range.After <= range.After && known.Range.UpTo >= range.UpTo);

    /// <summary>
    /// Records that data is missing between two windows or in them. Then at least one minute from the first to the last window must be unproven. If
    /// all of them are proven, the claims contradict each other, and both windows lose their proof.
    /// </summary>
    public void MarkContradiction(Window first, Window last)
    {
        if (first.StartMicros > last.StartMicros)
            (first, last) = (last, first);
        if (last.EndMicros - first.StartMicros > Margin + HourMicros)
            return; // longer than the slice
        for (var micros = first.StartMicros; micros < last.EndMicros; micros += Window.MicrosPerMinute)
            if (!IsProven(micros))
                return;
        foreach (var window in new[] { first, last })
            for (var minute = 0; minute < MinutesPerHour; minute++)
                contradicted[minute] |= Start + minute * Window.MicrosPerMinute is var micros && micros >= window.StartMicros && micros < window.EndMicros;
    }

    private void AddSegment(SegmentKey name)
    {
        if (name.Window.StartMicros >= Start - Margin && name.Window.StartMicros < Start + HourMicros)
            FirstStored = Math.Min(FirstStored, name.Window.StartMicros);
        var begin = Math.Max(0, (name.Window.StartMicros - Start) / Window.MicrosPerMinute);
        var end = Math.Min(MinutesPerHour, (name.Window.EndMicros - Start) / Window.MicrosPerMinute);
        for (var minute = begin; minute < end; minute++)
        {
            stored[minute] = true;
            whole[minute] |= name.IsWhole;
            withoutIds[minute] |= name.Range is null;
        }
    }

    private bool IsInsideContiguousRange(long micros)
    {
        foreach (var range in ContiguousRanges)
            if (range.ContainsMinute(micros))
                return true;
        return false;
    }

    private bool IsProven(long micros) =>
        segments.Any(entry => entry.Name.IsWhole && entry.Name.Window.StartMicros <= micros && entry.Name.Window.EndMicros > micros) || IsInsideContiguousRange(micros);
}
