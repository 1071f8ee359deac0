using Ingester.Core.Markets;

namespace Ingester.Recording.Planning;

/// <summary>
/// Reports changes between the market lists of an exchange, each once: entries that cannot be parsed, patterns without a match, and markets whose state
/// changed.
/// </summary>
internal sealed class MarketListReporter(string exchange, PlanningEvents events)
{
    private readonly HashSet<string> reportedPatterns = new(StringComparer.Ordinal);
    private HashSet<SkippedEntry> reportedUnreadable = [];
    private Dictionary<Market, MarketState> lastStates = [];

    /// <summary>Reports the entries that cannot be parsed and that the last list did not have.</summary>
    public void ReportUnreadable(IReadOnlyList<SkippedEntry> skipped)
    {
        if (skipped.Where(entry => !reportedUnreadable.Contains(entry)).ToList() is { Count: > 0 } unreadable)
            events.EntriesUnreadable(exchange, unreadable);
        reportedUnreadable = [.. skipped];
    }

    /// <summary>Reports the patterns that match no market.</summary>
    public void ReportUnmatched(IReadOnlyList<string> patterns)
    {
        foreach (var pattern in patterns.Where(reportedPatterns.Add))
            events.PatternUnmatched(exchange, pattern);
    }

    /// <summary>Reports the markets whose state changed since the last list.</summary>
    /// <param name="selected">The selected markets.</param>
    /// <param name="ended">The selected markets that this list ended.</param>
    public void ReportStates(IReadOnlyList<ListedMarket> selected, IReadOnlyList<ListedMarket> ended)
    {
        var changed = selected.Where(now => lastStates.TryGetValue(now.Market, out var before) && before != now.State).Concat(ended).ToLookup(now => now.State);
        foreach (var same in changed)
            events.MarketsChanged(exchange, same.Key, [.. same]);
        lastStates = selected.ToDictionary(listed => listed.Market, listed => listed.State);
    }
}
