namespace Ingester.Core.Markets;

/// <summary>
/// Makes the market names of one exchange unique. If a symbol maps to a name that is already used, its symbol is its name, so that names and symbols
/// are one to one. Symbols are processed in ordinal order, so that every replica derives the same names. Delisted markets are processed last,
/// so that none gets the name of an active market.
/// </summary>
internal static class UniqueMarketNames
{
    /// <summary>Makes names unique and sorts by symbol. Of several entries with the same symbol only the first is used.</summary>
    public static MarketListResult WithUniqueNames(IEnumerable<ListedMarket> markets, IEnumerable<SkippedEntry> unreadable)
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
                leftOut.Add(new(symbol, symbol, listed.State, $"its name {name} and its symbol are already used by other markets."));
        }

        return new([.. list.OrderBy(listed => listed.Market.Symbol, StringComparer.Ordinal)], leftOut);
    }
}
