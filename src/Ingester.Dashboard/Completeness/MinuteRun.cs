using Ingester.Dashboard.Completeness.Auditing;

namespace Ingester.Dashboard.Completeness;

/// <summary>Consecutive minutes of a day with the same state.</summary>
/// <param name="State">The state; null when the minutes are not audited yet.</param>
/// <param name="From">The first minute of the day, from 0.</param>
/// <param name="To">The first minute after the run.</param>
internal sealed record MinuteRun(MinuteState? State, int From, int To)
{
    /// <summary>Joins equal minutes.</summary>
    public static IReadOnlyList<MinuteRun> Of(IReadOnlyList<MinuteState?> minutes)
    {
        var runs = new List<MinuteRun>();
        for (var minute = 0; minute < minutes.Count; minute++)
            if (runs is [.., var last] && last.State == minutes[minute])
                runs[^1] = last with { To = minute + 1 };
            else
                runs.Add(new(minutes[minute], minute, minute + 1));
        return runs;
    }

    /// <summary>The state as a word.</summary>
    public string Word => State?.Word() ?? "not read yet";
}
