using Ingester.Publishing.Names;
using Ingester.Reading.Objects;

namespace Ingester.Publishing.Witnesses;

/// <summary>The exchange's symbols of the markets that the store has, from the journal <c>instruments</c>, and by rule where it says nothing.</summary>
internal sealed class MarketSymbols
{
    private readonly Dictionary<string, string> symbolOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> marketOf = new(StringComparer.OrdinalIgnoreCase);

    private MarketSymbols()
    {
    }

    /// <summary>The markets, in ordinal order.</summary>
    public IEnumerable<string> Markets => symbolOf.Keys.Order(StringComparer.Ordinal);

    /// <summary>Reads the markets of which trades of a layout are stored.</summary>
    public static async Task<MarketSymbols> ReadAsync(ArchiveReader archive, ArchiveLayout layout, DateOnly day, CancellationToken cancellation)
    {
        var (from, to) = layout.PeriodOf(day, layout.Files.IsMonthly);
        var known = await SymbolNames.ReadAsync(archive, layout.Exchange, new(from, to), cancellation);
        var symbols = new MarketSymbols();
        foreach (var market in await archive.Listing.ListMarketsAsync(layout.Dataset, layout.Exchange, cancellation))
        {
            var symbol = known.GetValueOrDefault(market) ?? market.Replace("-", layout.Files.SymbolSeparator, StringComparison.Ordinal);
            symbols.symbolOf.Add(market, symbol);
            symbols.marketOf.TryAdd(symbol, market);
        }

        return symbols;
    }

    /// <summary>The symbol of a market.</summary>
    public string SymbolOf(string market) => symbolOf[market];

    /// <summary>The market of a symbol, whatever the case of its letters; null if the store has no such market.</summary>
    public string? MarketOf(string symbol) => marketOf.GetValueOrDefault(symbol);
}
