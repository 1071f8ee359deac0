using Ingester.Core.Markets;

namespace Ingester.Recording.Planning;

/// <summary>
/// The recorded markets, updated by each market list. A halted market stays recorded. A market is removed when its state is
/// delisted, when <see cref="MaxMissedLists"/> valid lists in a row lack it, or at once when a list gives its name or symbol to
/// another market, because both cannot be recorded. An entry that cannot be parsed leaves its market unchanged.
/// </summary>
internal sealed class MarketRegister
{
    /// <summary>
    /// Number of valid lists in a row without a market after which it is removed: one or two may be errors of the exchange.
    /// </summary>
    public const int MaxMissedLists = 3;

    private Dictionary<Market, int> missedLists = []; // number of lists in a row without the market

    /// <summary>The recorded markets by name, each with its last listed state.</summary>
    public IReadOnlyList<ListedMarket> Recorded { get; private set; } = [];

    /// <summary>The markets that the last list removed.</summary>
    public IReadOnlyList<ListedMarket> Delisted { get; private set; } = [];

    /// <summary>Applies a valid market list.</summary>
    public void Update(MarketListResult answer)
    {
        var listed = answer.Markets.ToDictionary(entry => entry.Market);
        var names = listed.Keys.Select(market => market.Name).ToHashSet(StringComparer.Ordinal);
        var symbols = listed.Keys.Select(market => market.Symbol).ToHashSet(StringComparer.Ordinal);
        var unreadable = answer.Skipped.Where(entry => entry.Symbol is not null)
            .GroupBy(entry => entry.Symbol!, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First().State, StringComparer.Ordinal);
        var (kept, ended, absent) = (new List<ListedMarket>(), new List<ListedMarket>(), new Dictionary<Market, int>());
        foreach (var known in Recorded)
        {
            var market = known.Market;
            if (listed.TryGetValue(market, out var now))
            {
                if (now.State == MarketState.Delisted)
                    ended.Add(now);
                continue;
            }

            var named = unreadable.TryGetValue(market.Symbol, out var state);
            var lists = named ? 0 : missedLists.GetValueOrDefault(market) + 1;
            if (state == MarketState.Delisted || lists >= MaxMissedLists || names.Contains(market.Name) || symbols.Contains(market.Symbol))
            {
                ended.Add(new(market, Status: null, MarketState.Delisted));
                continue;
            }

            kept.Add(known);
            absent[market] = lists;
        }

        missedLists = absent;
        Delisted = ended;
        Recorded = [.. listed.Values.Where(entry => entry.State != MarketState.Delisted).Concat(kept).OrderBy(entry => entry.Market.Name, StringComparer.Ordinal)];
    }
}
