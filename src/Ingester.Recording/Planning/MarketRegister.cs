using Ingester.Core.Markets;

namespace Ingester.Recording.Planning;

/// <summary>
/// The markets that are recorded, over the answers of discovery. A halt ends nothing. A market is gone when its status is a terminal one, when
/// <see cref="MissingLists"/> good answers in a row lack it, or at once when an answer gives its name or symbol to another, because both cannot be recorded.
/// An entry that cannot be read says nothing: its market stays as it is.
/// </summary>
internal sealed class MarketRegister
{
    /// <summary>So many good answers in a row that lack a market end it: one or two may be faults of the exchange.</summary>
    public const int MissingLists = 3;

    private Dictionary<Market, int> missing = []; // in how many answers in a row

    /// <summary>The markets that are recorded, by name, each with what the last answer that has it says.</summary>
    public IReadOnlyList<ListedMarket> Recorded { get; private set; } = [];

    /// <summary>The markets that the last answer ended.</summary>
    public IReadOnlyList<ListedMarket> Ended { get; private set; } = [];

    /// <summary>Reads a good answer.</summary>
    public void Take(MarketListing answer)
    {
        var listed = answer.Markets.ToDictionary(entry => entry.Market);
        var names = listed.Keys.Select(market => market.Name).ToHashSet(StringComparer.Ordinal);
        var symbols = listed.Keys.Select(market => market.Symbol).ToHashSet(StringComparer.Ordinal);
        var unreadable = answer.LeftOut.Where(entry => entry.Symbol is not null)
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
            var lists = named ? 0 : missing.GetValueOrDefault(market) + 1;
            if (state == MarketState.Delisted || lists >= MissingLists || names.Contains(market.Name) || symbols.Contains(market.Symbol))
            {
                ended.Add(new(market, Status: null, MarketState.Delisted));
                continue;
            }

            kept.Add(known);
            absent[market] = lists;
        }

        missing = absent;
        Ended = ended;
        Recorded = [.. listed.Values.Where(entry => entry.State != MarketState.Delisted).Concat(kept).OrderBy(entry => entry.Market.Name, StringComparer.Ordinal)];
    }
}
