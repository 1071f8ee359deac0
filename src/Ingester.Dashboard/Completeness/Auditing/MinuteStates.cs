using Ingester.Dashboard.Components;
using Ingester.Reading.Auditing;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>Rules of the states of minutes.</summary>
internal static class MinuteStates
{
    /// <summary>Number of states.</summary>
    public const int Count = (int)DisplayState.NotExpected + 1;

    /// <summary>The state that a verdict of the audit means.</summary>
    public static DisplayState Of(WindowVerdict verdict) => verdict switch
    {
        WindowVerdict.Complete => DisplayState.Complete,
        WindowVerdict.Quiet => DisplayState.Quiet,
        WindowVerdict.Disputed => DisplayState.Disputed,
        WindowVerdict.Partial => DisplayState.Partial,
        WindowVerdict.Missing => DisplayState.Missing,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "Unknown verdict."),
    };

    /// <summary>
    /// The state of several minutes together: the worst one that is not proven. If all are proven, it is complete when a minute has events, and quiet
    /// when none has.
    /// </summary>
    public static DisplayState Combine(DisplayState one, DisplayState other)
    {
        var worst = DisplayStates.Worse(one, other);
        return worst == DisplayState.Quiet && (one == DisplayState.Complete || other == DisplayState.Complete) ? DisplayState.Complete : worst;
    }
}
