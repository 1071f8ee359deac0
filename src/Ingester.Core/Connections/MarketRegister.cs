using Ingester.Core.Markets;

namespace Ingester.Core.Connections;

/// <summary>
/// The markets that stand, over the answers of discovery. One answer that lacks a market proves nothing, two in a row do; only where an answer
/// gives a market's name or symbol to another, the old one goes at once, because both cannot stand.
/// </summary>
internal sealed class MarketRegister
{
    private HashSet<Market> absent = [];

    /// <summary>The markets that stand, by name.</summary>
    public IReadOnlyList<Market> Standing { get; private set; } = [];

    /// <summary>Takes a good answer.</summary>
    public void Take(IReadOnlyList<Market> answer)
    {
        var listed = answer.ToHashSet();
        var names = answer.Select(market => market.Name).ToHashSet(StringComparer.Ordinal);
        var symbols = answer.Select(market => market.Symbol).ToHashSet(StringComparer.Ordinal);
        var missing = Standing.Where(market => !listed.Contains(market));
        var waiting = missing.Where(m => !absent.Contains(m) && !names.Contains(m.Name) && !symbols.Contains(m.Symbol)).ToHashSet();
        Standing = [.. listed.Concat(waiting).OrderBy(market => market.Name, StringComparer.Ordinal)];
        absent = waiting;
    }
}
