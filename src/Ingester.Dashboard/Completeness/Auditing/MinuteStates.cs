using Ingester.Reading.Auditing;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>Names and rules of <see cref="MinuteState"/>.</summary>
internal static class MinuteStates
{
    /// <summary>Number of states.</summary>
    public const int Count = 6;

    /// <summary>All states: proven ones first, then by severity, then <see cref="MinuteState.NotExpected"/>.</summary>
    public static IReadOnlyList<MinuteState> All { get; } =
        [MinuteState.Complete, MinuteState.Quiet, MinuteState.Partial, MinuteState.Missing, MinuteState.Disputed, MinuteState.NotExpected];

    /// <summary>The state that a verdict of the audit means.</summary>
    public static MinuteState Of(WindowVerdict verdict) => verdict switch
    {
        WindowVerdict.Complete => MinuteState.Complete,
        WindowVerdict.Quiet => MinuteState.Quiet,
        WindowVerdict.Disputed => MinuteState.Disputed,
        WindowVerdict.Partial => MinuteState.Partial,
        WindowVerdict.Missing => MinuteState.Missing,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "Unknown verdict."),
    };

    /// <summary>True when events are missing, doubtful or disputed.</summary>
    public static bool IsUnproven(this MinuteState state) => state > MinuteState.Quiet;

    /// <summary>
    /// The state of several minutes together: the worst one that is not proven. If all are proven, it is complete when a minute has events, and quiet
    /// when none has.
    /// </summary>
    public static MinuteState Combine(MinuteState one, MinuteState other)
    {
        var worst = one > other ? one : other;
        return !worst.IsUnproven() && (one == MinuteState.Complete || other == MinuteState.Complete) ? MinuteState.Complete : worst;
    }

    /// <summary>The state as a word, such as <c>not expected</c>.</summary>
    public static string Word(this MinuteState state) => state switch
    {
        MinuteState.Complete => "complete",
        MinuteState.Quiet => "quiet",
        MinuteState.Disputed => "disputed",
        MinuteState.Partial => "partial",
        MinuteState.Missing => "missing",
        _ => "not expected",
    };

    /// <summary>One character for a cell: the same state always has the same one, so that colour is not needed.</summary>
    public static string Mark(this MinuteState state) => state switch
    {
        MinuteState.Complete => "•",
        MinuteState.Quiet => "–",
        MinuteState.Disputed => "≠",
        MinuteState.Partial => "◐",
        MinuteState.Missing => "✕",
        _ => " ",
    };

    /// <summary>The CSS class of a state, such as <c>state-missing</c>.</summary>
    public static string CssClass(this MinuteState state) => state == MinuteState.NotExpected ? "state-not-expected" : $"state-{state.Word()}";
}
