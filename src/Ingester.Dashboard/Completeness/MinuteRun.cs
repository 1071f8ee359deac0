using System.Globalization;
using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Completeness;

/// <summary>Consecutive minutes of a day with the same state.</summary>
/// <param name="State">The state; null when the minutes are not audited yet.</param>
/// <param name="From">The first minute of the day, from 0.</param>
/// <param name="To">The first minute after the run.</param>
public sealed record MinuteRun(DisplayState? State, int From, int To)
{
    private const int MinutesPerHour = 60;

    /// <summary>The state as a word.</summary>
    public string Word => State is { } state ? DisplayStates.Word(state) : "not read yet";

    /// <summary>Joins equal minutes.</summary>
    public static IReadOnlyList<MinuteRun> Of(IReadOnlyList<DisplayState?> minutes)
    {
        var runs = new List<MinuteRun>();
        for (var minute = 0; minute < minutes.Count; minute++)
            if (runs is [.., var last] && last.State == minutes[minute])
                runs[^1] = last with { To = minute + 1 };
            else
                runs.Add(new(minutes[minute], minute, minute + 1));
        return runs;
    }

    /// <summary>A minute of a day, such as <c>10:07</c>; the end of the day is <c>24:00</c>.</summary>
    /// <param name="minute">The minute, from 0 to 1,440.</param>
    public static string TimeOf(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / MinutesPerHour:00}:{minute % MinutesPerHour:00}");

    /// <summary>The minute of a day that a text such as <c>10:07</c> names; null for any other text.</summary>
    public static int? ParseTime(string? text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.Hour * MinutesPerHour + time.Minute : null;
}
