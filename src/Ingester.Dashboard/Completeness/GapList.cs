using System.Globalization;
using Ingester.Core.Time;
using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Dashboard.Components;
using Ingester.Reading.Auditing;

namespace Ingester.Dashboard.Completeness;

/// <summary>Lists the gaps of a stream and day: missing ids, reported gaps, minutes that are not proven, and closed gaps.</summary>
/// <param name="store">The arguments of commands that name the store, such as <c>--store /data</c>.</param>
internal sealed class GapList(IReadOnlyList<string> store)
{
    /// <summary>Lists the gaps: open ones first, each kind in order of time.</summary>
    public IReadOnlyList<GapEntry> Of(StreamDay day)
    {
        List<GapEntry> known = [.. day.MissingRanges.Select(gap => FromMissing(day, gap)), .. day.OpenGaps.Select((gap, index) => FromOpen(day, gap, index))];
        return
        [
            .. known.OrderBy(gap => gap.FromMicros),
            .. Unexplained(day, known),
            .. day.ClosedGaps.Select(FromClosed).OrderBy(gap => gap.FromMicros),
        ];
    }

    private GapEntry FromMissing(StreamDay day, MissingRange gap) => Repairable(day, new()
    {
        Id = Text($"ids-{gap.Range.After}"),
        Kind = GapKind.MissingIds,
        Range = gap.Range,
        FromMicros = gap.FromMicros,
        ToMicros = gap.ToMicros,
        Causes = gap.Causes,
        ReportedBy = gap.ReportedBy,
        HeldBy = gap.HeldBy,
        BookKnownFromMicros = gap.BookKnownFromMicros,
        Text = Text($"{gap.Range.Length:N0} ids are missing: {gap.Range}."),
    });

    private GapEntry FromOpen(StreamDay day, OpenGap gap, int index) => Repairable(day, new()
    {
        Id = Text($"reported-{gap.FromMicros}-{index}"),
        Kind = GapKind.Reported,
        Range = gap.Range,
        FromMicros = gap.FromMicros,
        ToMicros = gap.ToMicros,
        Causes = [gap.Cause],
        ReportedBy = [gap.Replica],
        Text = gap.Range is { } range ? Text($"{gap.Replica} reports {gap.Cause} of {range}, and nothing closes it.") : Text($"{gap.Replica} reports {gap.Cause}, and nothing closes it."),
    });

    private static GapEntry FromClosed(ClosedGap gap, int index) => new()
    {
        Id = Text($"closed-{gap.FromMicros}-{index}"),
        Kind = GapKind.Closed,
        Range = gap.Range,
        FromMicros = gap.FromMicros,
        ToMicros = gap.ToMicros,
        Causes = [gap.Cause],
        ReportedBy = [gap.Replica],
        ClosedBy = gap.ClosedBy,
        Text = gap.ClosedBy switch
        {
            "late" => Text($"{gap.Replica} missed {gap.Range}; they arrived late."),
            "backfill" => Text($"{gap.Replica} missed {gap.Range}; they were fetched from the exchange."),
            "archive" => Text($"{gap.Replica} missed {gap.Range}; they were taken from a file that the exchange publishes."),
            "replica" => Text($"{gap.Replica} missed {gap.Range}; another replica recorded them."),
            _ => Text($"{gap.Replica} missed {gap.Range}; closed by {gap.ClosedBy}."),
        },
    };

    /// <summary>The minutes that are not proven and that no known gap overlaps.</summary>
    private IEnumerable<GapEntry> Unexplained(StreamDay day, List<GapEntry> known)
    {
        var start = BlockPlan.StartOf(day.Day);
        var minutes = day.ToMinutes();
        foreach (var gap in known)
            for (var minute = Math.Max(0, (gap.FromMicros - start) / Window.MicrosPerMinute); minute < minutes.Length && start + minute * Window.MicrosPerMinute <= gap.ToMicros; minute++)
                minutes[minute] = null;
        foreach (var run in MinuteRun.Of(minutes))
            if (run.State is { } state && DisplayStates.IsWrong(state))
                yield return Repairable(day, new()
                {
                    Id = Text($"minutes-{run.From}"),
                    Kind = GapKind.Unproven,
                    FromMicros = start + run.From * Window.MicrosPerMinute,
                    ToMicros = start + run.To * Window.MicrosPerMinute - 1,
                    Text = Text($"{run.To - run.From:N0} {(run.To - run.From == 1 ? "minute is" : "minutes are")} {DisplayStates.Word(state)}, and no replica reports a gap."),
                });
    }

    private GapEntry Repairable(StreamDay day, GapEntry gap) => gap with
    {
        Command = RepairLine.Format(store, day.Stream, gap.FromMicros, gap.ToMicros),
        Outlook = RepairLine.Outlook(day.Stream),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
