using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Dashboard.Components;
using Ingester.Reading.Auditing;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>One day of one stream, from the audits of its hours: the same as one audit of the day. Immutable.</summary>
internal sealed class StreamDay
{
    /// <summary>Number of minutes in a day.</summary>
    public const int MinutesPerDay = BlockPlan.HoursPerDay * MinutesPerHour;

    /// <summary>Number of minutes in an hour.</summary>
    public const int MinutesPerHour = 60;

    private readonly IReadOnlyList<AuditBlock> blocks;
    private readonly IReadOnlyList<(AuditBlock Block, StreamPart Part)> parts;
    private readonly int[] minutes = new int[MinuteStates.Count];
    private readonly int[] windows = new int[Enum.GetValues<WindowVerdict>().Length];

    /// <summary>Joins the parts of a day.</summary>
    /// <param name="day">The day.</param>
    /// <param name="parts">The parts of the stream with their audits, in order; at least one.</param>
    /// <param name="blocks">All audits of the day of this exchange, in order. Where an audit does not name the stream, it was not expected.</param>
    public StreamDay(DateOnly day, IReadOnlyList<(AuditBlock Block, StreamPart Part)> parts, IReadOnlyList<AuditBlock> blocks)
    {
        (Day, Stream, this.parts, this.blocks) = (day, parts[0].Part.Stream, parts, blocks);
        foreach (var (_, part) in parts)
        {
            foreach (var state in DisplayStates.All)
                minutes[(int)state] += part.Minutes.Count(state);
            for (var verdict = 0; verdict < windows.Length; verdict++)
                windows[verdict] += part.Windows[verdict];
            State = MinuteStates.Combine(State, part.Minutes.Combined);
        }

        minutes[(int)DisplayState.NotExpected] += blocks.Sum(block => MinuteOf(block.ToMicros) - MinuteOf(block.Key.FromMicros)) - minutes.Sum();
        MissingRanges = JoinMissing();
        OpenGaps = [.. parts.SelectMany((one, index) => one.Part.OpenGaps.Where(gap => !IsReportedEarlier(index, gap.Range, gap.FromMicros))).Distinct()];
        ClosedGaps = [.. parts.SelectMany((one, index) => one.Part.ClosedGaps.Where(gap => !IsReportedEarlier(index, gap.Range, gap.FromMicros))).Distinct()];
    }

    /// <summary>The day.</summary>
    public DateOnly Day { get; }

    /// <summary>The stream.</summary>
    public StreamId Stream { get; }

    /// <summary>The state of all audited minutes together.</summary>
    public DisplayState State { get; } = DisplayState.NotExpected;

    /// <summary>Ids that are missing in the store, in order.</summary>
    public IReadOnlyList<MissingRange> MissingRanges { get; }

    /// <summary>Reported gaps that nothing closes.</summary>
    public IReadOnlyList<OpenGap> OpenGaps { get; }

    /// <summary>Gaps of single replicas that are closed.</summary>
    public IReadOnlyList<ClosedGap> ClosedGaps { get; }

    /// <summary>Number of messages after merging.</summary>
    public long Messages => parts.Sum(one => one.Part.Messages);

    /// <summary>Number of gaps that remain after merging.</summary>
    public int Gaps => parts[0].Part.HasIds ? MissingRanges.Count + OpenGaps.Count : CountInterruptions();

    /// <summary>Number of stored segments of the day.</summary>
    public int StoredObjects => parts.Sum(one => one.Part.StoredObjects);

    /// <summary>Compressed size of the stored segments.</summary>
    public long StoredBytes => parts.Sum(one => one.Part.StoredBytes);

    /// <summary>True when a window is not proven or a gap is open.</summary>
    public bool HasFindings => DisplayStates.IsWrong(State) || MissingRanges.Count > 0 || OpenGaps.Count > 0;

    /// <summary>Number of audited minutes with a state.</summary>
    public int Count(DisplayState state) => minutes[(int)state];

    /// <summary>Number of windows with a verdict.</summary>
    public int Count(WindowVerdict verdict) => windows[(int)verdict];

    /// <summary>The state of each minute of the day; null for minutes that are not audited yet.</summary>
    public DisplayState?[] ToMinutes()
    {
        var states = new DisplayState?[MinutesPerDay];
        foreach (var block in blocks)
            states.AsSpan(MinuteOf(block.Key.FromMicros)..MinuteOf(block.ToMicros)).Fill(DisplayState.NotExpected);
        var own = new DisplayState[MinutesPerDay];
        foreach (var (block, part) in parts)
        {
            part.Minutes.CopyTo(own);
            for (var minute = 0; minute < part.Minutes.Length; minute++)
                states[MinuteOf(block.Key.FromMicros) + minute] = own[minute];
        }

        return states;
    }

    /// <summary>The state of each hour of the day; null for hours of which no minute is audited yet.</summary>
    public DisplayState?[] ToHours()
    {
        var hours = new DisplayState?[BlockPlan.HoursPerDay];
        var states = ToMinutes();
        for (var minute = 0; minute < MinutesPerDay; minute++)
            if (states[minute] is { } state)
                hours[minute / MinutesPerHour] = hours[minute / MinutesPerHour] is { } known ? MinuteStates.Combine(known, state) : state;
        return hours;
    }

    private int MinuteOf(long micros) => (int)((micros - BlockPlan.StartOf(Day)) / Window.MicrosPerMinute);

    /// <summary>An audit of the day reports a gap with ids in the first hour that it overlaps. The parts after that one repeat it, maybe in another way.</summary>
    private bool IsReportedEarlier(int part, SequenceRange? range, long fromMicros) => part > 0 && range is not null && parts[part].Part.HasIds && fromMicros < parts[part].Block.Key.FromMicros;

    /// <summary>Joins the missing ranges: the same range around the edge of two parts is one.</summary>
    private List<MissingRange> JoinMissing()
    {
        var joined = new List<MissingRange>();
        foreach (var gap in parts.SelectMany(one => one.Part.MissingRanges))
            if (joined.FindIndex(known => known.Range == gap.Range) is >= 0 and var index)
                joined[index] = joined[index] with
                {
                    HeldBy = Union(joined[index].HeldBy, gap.HeldBy),
                    Causes = Union(joined[index].Causes, gap.Causes),
                    ReportedBy = Union(joined[index].ReportedBy, gap.ReportedBy),
                };
            else
                joined.Add(gap);
        return [.. joined.OrderBy(gap => gap.Range.After)];
    }

    private static IReadOnlyList<string> Union(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        one.SequenceEqual(other) ? one : [.. one.Union(other, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private int CountInterruptions()
    {
        var (count, wasUnproven) = (0, false);
        foreach (var (_, part) in parts)
        {
            count += part.Interruptions - (wasUnproven && part.StartsUnproven == true ? 1 : 0);
            wasUnproven = part.EndsUnproven ?? wasUnproven;
        }

        return count;
    }
}
