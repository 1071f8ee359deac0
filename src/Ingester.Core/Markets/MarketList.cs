namespace Ingester.Core.Markets;

/// <summary>
/// The markets of one exchange, each canonical name once: a second symbol that would map to a taken name keeps its native one, so that
/// names and symbols are one to one. Symbols are taken in ordinal order, so that every replica gives the same names; those of delisted markets come last, so
/// that none takes the name of a living one.
/// </summary>
internal static class MarketList
{
    /// <summary>Makes names unique and sorts by symbol; of entries with the same symbol only the first is used.</summary>
    public static MarketListing Unique(IEnumerable<ListedMarket> markets, IEnumerable<UnreadableEntry> unreadable)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var list = new List<ListedMarket>();
        var leftOut = unreadable.ToList();
        foreach (var listed in markets.OrderBy(m => m.State == MarketState.Delisted).ThenBy(m => m.Market.Symbol, StringComparer.Ordinal))
        {
            var (name, symbol) = listed.Market;
            if (!seen.Add(symbol))
                leftOut.Add(new(symbol, symbol, listed.State, "another entry has the same symbol."));
            else if (taken.Add(name))
                list.Add(listed);
            else if (taken.Add(symbol))
                list.Add(listed with { Market = new(symbol, symbol) });
            else
                leftOut.Add(new(symbol, symbol, listed.State, $"its name {name} and its symbol are the names of other markets."));
        }

        return new([.. list.OrderBy(listed => listed.Market.Symbol, StringComparer.Ordinal)], leftOut);
    }
}
