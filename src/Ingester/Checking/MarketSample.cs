using Ingester.Core.Markets;
using Ingester.Recording.Configuration;

namespace Ingester.Checking;

/// <summary>Selects the markets of a check: of each type some that are usually busy and some that are usually quiet.</summary>
internal static class MarketSample
{
    /// <summary>Markets of each kind, busy and quiet, per type: few enough for every exchange's limits.</summary>
    private const int PerKind = 2;

    /// <summary>Maximum number of markets that patterns may select: a check reads every frame twice.</summary>
    private const int MaxMarkets = 50;

    private static readonly string[] BusyAssets = ["BTC", "ETH", "SOL", "XRP"];
    private static readonly string[] BusyQuotes = ["USDT", "USD", "USDC", "EUR"];

    /// <summary>The sample: trading markets only, in the order of their names.</summary>
    /// <param name="listed">The market list.</param>
    /// <param name="patterns">Patterns of the markets to take instead of a sample.</param>
    public static IReadOnlyList<Market> Select(IReadOnlyList<ListedMarket> listed, IReadOnlyList<string> patterns)
    {
        var trading = listed.Where(market => market.State == MarketState.Trading);
        var filter = new MarketFilter(patterns, []);
        var chosen = patterns.Count > 0
            ? trading.Where(market => filter.IsMatch(market.Market)).OrderBy(market => market.Market.Name, StringComparer.Ordinal).Take(MaxMarkets)
            : trading.GroupBy(MarketListFacts.TypeOf).SelectMany(OfType);
        return [.. chosen.Select(market => market.Market).OrderBy(market => market.Name, StringComparer.Ordinal)];
    }

    /// <summary>Busy markets of different assets, by asset, quote and expiry, and quiet ones from the middle of the rest: the list has no volumes.</summary>
    private static IEnumerable<ListedMarket> OfType(IEnumerable<ListedMarket> markets)
    {
        var ranked = markets
            .OrderBy(market => Rank(BusyAssets, AssetsOf(market).Base)).ThenBy(market => Rank(BusyQuotes, AssetsOf(market).Quote))
            .ThenBy(market => market.Facts?.Expiry).ThenBy(market => market.Market.Name, StringComparer.Ordinal).ToList();
        var busy = ranked.DistinctBy(market => AssetsOf(market).Base).Take(PerKind).ToList();
        var rest = ranked.Except(busy).ToList();
        return [.. busy, .. rest.Skip(rest.Count / 2).Take(PerKind)];
    }

    private static (string Base, string Quote) AssetsOf(ListedMarket market)
    {
        if (market.Facts is { } facts)
            return (facts.Base, facts.Quote);
        var parts = market.Market.Name.Split('-');
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private static int Rank(string[] names, string name) => Array.IndexOf(names, name) is >= 0 and var index ? index : names.Length;
}
