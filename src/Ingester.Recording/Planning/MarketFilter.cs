using System.IO.Enumeration;
using Ingester.Core.Markets;

namespace Ingester.Recording.Planning;

/// <summary>
/// Chooses markets by patterns over canonical names: <c>*</c> is any run of characters, <c>?</c> any one, case does not matter. A market is
/// chosen when a pattern includes it and none excludes it.
/// </summary>
internal sealed class MarketFilter(IEnumerable<string> include, IEnumerable<string> exclude)
{
    private readonly string[] includes = [.. include];
    private readonly string[] excludes = [.. exclude];

    /// <summary>True for what can be a pattern: no text that is empty or holds white space.</summary>
    public static bool IsPattern(string? text) => !string.IsNullOrEmpty(text) && !text.Any(char.IsWhiteSpace);

    /// <summary>True when the market is recorded.</summary>
    public bool Chooses(Market market) =>
        includes.Any(pattern => Matches(pattern, market)) && !excludes.Any(pattern => Matches(pattern, market));

    /// <summary>The including patterns that no market of the list fits: most likely a misspelling.</summary>
    public IReadOnlyList<string> Unmatched(IReadOnlyList<Market> markets) =>
        [.. includes.Where(pattern => !markets.Any(market => Matches(pattern, market)))];

    private static bool Matches(string pattern, Market market) => FileSystemName.MatchesSimpleExpression(pattern, market.Name, ignoreCase: true);
}
