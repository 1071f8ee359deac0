namespace Ingester.Dashboard.Components;

/// <summary>How the states look: a word, a sign and a class of the style sheet. Signs and colours differ for colour-blind readers as well (Okabe and Ito's palette).</summary>
public static class DisplayStates
{
    /// <summary>All states, in the order of legends.</summary>
    public static IReadOnlyList<DisplayState> All { get; } = Enum.GetValues<DisplayState>();

    /// <summary>The word, in lower case.</summary>
    public static string Word(DisplayState state) => state switch
    {
        DisplayState.Complete => "complete",
        DisplayState.Quiet => "quiet",
        DisplayState.Disputed => "disputed",
        DisplayState.Partial => "partial",
        DisplayState.Missing => "missing",
        DisplayState.NotExpected => "not expected",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>One character that stands for the state in cells of maps.</summary>
    public static string Sign(DisplayState state) => state switch
    {
        DisplayState.Complete => "✓",
        DisplayState.Quiet => "·",
        DisplayState.Disputed => "≠",
        DisplayState.Partial => "◐",
        DisplayState.Missing => "✕",
        DisplayState.NotExpected => "–",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>The class of the style sheet, such as <c>state-complete</c>: background and text colour.</summary>
    public static string CssClass(DisplayState state) => $"state state-{Word(state).Replace(' ', '-')}";

    /// <summary>True for the states in which data is missing or not proven.</summary>
    public static bool IsWrong(DisplayState state) => state is DisplayState.Disputed or DisplayState.Partial or DisplayState.Missing;

    /// <summary>The worse of two states; a state that is not expected is replaced by the other.</summary>
    public static DisplayState Worse(DisplayState one, DisplayState other) =>
        one == DisplayState.NotExpected ? other : other == DisplayState.NotExpected ? one : one > other ? one : other;
}
