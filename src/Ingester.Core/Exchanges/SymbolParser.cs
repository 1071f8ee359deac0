using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>Derives canonical names from an exchange's symbols, when there is no market list.</summary>
internal static class SymbolParser
{
    private static readonly char[] Separators = ['/', '-'];

    /// <summary>
    /// The market of a symbol. <c>BTC/USD</c> and <c>BTC-USD</c> are split at the separator, <c>BTCUSDT</c> by the exchange's quote assets. On a
    /// derivatives exchange <c>BTCUSDT</c> is <c>BTC-USDT-PERP</c> and <c>BTCUSDT_210924</c> is <c>BTC-USDT-210924</c>. A symbol that cannot be split
    /// keeps its own name.
    /// </summary>
    public static Market ToMarket(ExchangeProfile profile, string symbol)
    {
        var cut = profile.IsDerivatives ? symbol.IndexOf('_', StringComparison.Ordinal) : -1;
        var pair = cut < 0 ? symbol : symbol[..cut];
        var suffix = cut >= 0 ? $"-{symbol[(cut + 1)..]}" : profile.IsDerivatives ? "-PERP" : "";
        return SplitBaseQuote(profile, pair) is var (traded, quote) && traded.Length > 0 && quote.Length > 0 && suffix.Length != 1
            ? new($"{traded}-{quote}{suffix}", symbol)
            : new(symbol, symbol);
    }

    private static (string Base, string Quote) SplitBaseQuote(ExchangeProfile profile, string pair)
    {
        var separator = pair.IndexOfAny(Separators);
        if (separator >= 0)
            return (pair[..separator], pair[(separator + 1)..]);
        var splits = profile.QuoteAssets
            .Where(quote => pair.Length > quote.Length && pair.EndsWith(quote, StringComparison.Ordinal))
            .Select(quote => (Base: pair[..^quote.Length], Quote: quote))
            .ToList();
        var known = splits.FindIndex(split => profile.QuoteAssets.Contains(split.Base)); // BNBUSD is BNB-USD, not BN-BUSD
        return splits.Count == 0 ? ("", "") : splits[Math.Max(known, 0)];
    }
}
