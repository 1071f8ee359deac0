namespace Ingester.Core.Markets;

/// <summary>
/// The markets of one exchange, each canonical name once: a second symbol that would map to a taken name keeps its native one, so that
/// names and symbols are one to one. Symbols are taken in ordinal order, so that every replica gives the same names.
/// </summary>
public static class MarketList
{
    /// <summary>Makes names unique and sorts by symbol; a symbol that stands there twice stays once.</summary>
    public static IReadOnlyList<Market> Unique(IEnumerable<Market> markets)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var list = new List<Market>();
        foreach (var market in markets.OrderBy(m => m.Symbol, StringComparer.Ordinal))
        {
            if (!seen.Add(market.Symbol))
                continue;
            var name = taken.Add(market.Name) ? market.Name : market.Symbol;
            taken.Add(name);
            list.Add(market with { Name = name });
        }

        return list;
    }
}
