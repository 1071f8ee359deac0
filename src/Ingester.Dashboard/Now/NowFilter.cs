namespace Ingester.Dashboard.Now;

/// <summary>What the page Now shows, as its address states it.</summary>
public sealed record NowFilter
{
    /// <summary>Text that rows contain, in any case; empty for all rows.</summary>
    public string Text { get; init; } = "";

    /// <summary>True to show only rows with a problem.</summary>
    public bool OnlyWrong { get; init; }

    /// <summary>The column that rows are ordered by; null for exchange and replica.</summary>
    public string? Sort { get; init; }

    /// <summary>True for the largest value first.</summary>
    public bool Descending { get; init; }

    /// <summary>True if one of the texts contains <see cref="Text"/>.</summary>
    public bool Matches(params ReadOnlySpan<string?> texts)
    {
        if (Text.Length == 0)
            return true;
        foreach (var text in texts)
            if (text?.Contains(Text, StringComparison.OrdinalIgnoreCase) == true)
                return true;
        return false;
    }
}
