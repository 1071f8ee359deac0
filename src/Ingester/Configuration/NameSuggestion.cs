namespace Ingester.Configuration;

/// <summary>Suggests known names for a misspelt one.</summary>
internal static class NameSuggestion
{
    private const int MaxNames = 3;

    /// <summary>The nearest known names, at a distance of at most two letters or a third of the length.</summary>
    public static IReadOnlyList<string> Nearest(string written, IEnumerable<string> known) =>
    [
        .. (from name in known
            let distance = Distance(written, name)
            where distance <= Math.Max(2, Math.Max(written.Length, name.Length) / 3)
            orderby distance
            select name).Take(MaxNames),
    ];

    /// <summary>Levenshtein distance, ignoring case.</summary>
    public static int Distance(string one, string other)
    {
        var previous = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var current = new int[other.Length + 1];
            current[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = previous[j - 1] + (char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[other.Length];
    }
}
