using System.IO.Enumeration;
using Ingester.Core.Markets;

namespace Ingester.Recording.Configuration;

/// <summary>
/// Selects markets by patterns over canonical names: <c>*</c> matches any characters, <c>?</c> one character; case is ignored. A
/// market is selected when an include pattern matches it and no exclude pattern does.
/// </summary>
internal sealed class MarketFilter(IEnumerable<string> include, IEnumerable<string> exclude)
{
    private readonly string[] includes = [.. include];
    private readonly string[] excludes = [.. exclude];

    /// <summary>True for a valid pattern: not empty and without white space.</summary>
    public static bool IsPattern(string? text) => !string.IsNullOrEmpty(text) && !text.Any(char.IsWhiteSpace);

    /// <summary>True when the market is selected.</summary>
    public bool IsMatch(Market market) =>
        includes.Any(pattern => Matches(pattern, market)) && !excludes.Any(pattern => Matches(pattern, market));

    /// <summary>Returns the include patterns that match no market of the list, most likely misspellings.</summary>
    public IReadOnlyList<string> Unmatched(IReadOnlyList<Market> markets) =>
        [.. includes.Where(pattern => !markets.Any(market => Matches(pattern, market)))];

    private static bool Matches(string pattern, Market market) => FileSystemName.MatchesSimpleExpression(pattern, market.Name, ignoreCase: true);
}
