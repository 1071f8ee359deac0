using Ingester.Core.Markets;
using Ingester.Recording.Configuration;

namespace Ingester.Candles;

/// <summary>Selects markets of a market list. Every condition that is given must hold.</summary>
internal sealed record CandleSelection
{
    /// <summary>Patterns of canonical names, such as <c>BTC-*</c>; empty for all.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];

    /// <summary>Quote assets; empty for all.</summary>
    public IReadOnlyList<string> Quotes { get; init; } = [];

    /// <summary>What is traded; empty for all.</summary>
    public IReadOnlyList<InstrumentType> Types { get; init; } = [];

    /// <summary>The states of markets. Default: trading.</summary>
    public IReadOnlyList<MarketState> States { get; init; } = [MarketState.Trading];

    /// <summary>The selected markets, in the order of the list. A market without a type in the list matches no type and no quote asset.</summary>
    public IReadOnlyList<Market> Select(MarketListResult list)
    {
        var filter = new MarketFilter(Patterns.Count > 0 ? Patterns : ["*"], []);
        return [.. list.Markets
            .Where(listed => States.Contains(listed.State) && filter.IsMatch(listed.Market)
                && (Quotes.Count == 0 || (listed.Facts is { } priced && Quotes.Contains(priced.Quote, StringComparer.OrdinalIgnoreCase)))
                && (Types.Count == 0 || (listed.Facts is { } traded && Types.Contains(traded.Type))))
            .Select(listed => listed.Market)];
    }
}
