using System.Globalization;
using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>
/// How an exchange forms its symbols, by which canonical names are derived without a market list: <c>BTC-USDT</c>, <c>BTC-USDT-PERP</c>,
/// <c>BTC-USDT-241227</c>, <c>BTC-241227-60000-C</c>.
/// </summary>
internal sealed record SymbolRule
{
    private const string Perpetual = "PERP";

    private static readonly string[] PerpetualWords = ["PERP", "SWAP", "PERPETUAL"];
    private static readonly string[] DateFormats = ["yyMMdd", "yyyyMMdd", "dMMMyy"];

    /// <summary>Characters between the parts of a symbol. Default: slash, hyphen and underscore.</summary>
    public string Separators { get; init; } = "/-_";

    /// <summary>Quote assets, by which a symbol without a separator is split (<c>BTCUSDT</c>); the longest match is first.</summary>
    public IReadOnlyList<string> QuoteAssets { get; init; } = [];

    /// <summary>True when the quote asset comes first (<c>KRW-BTC</c>). Default false.</summary>
    public bool IsQuoteFirst { get; init; }

    /// <summary>Text before each symbol that is not part of the assets (<c>tBTCUSD</c>). Default: none.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The exchange's own names of assets, each with the canonical name (<c>XBT</c> is <c>BTC</c>). Default: none.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>True when symbols are contracts: one without a date is perpetual. Default false.</summary>
    public bool IsDerivatives { get; init; }

    /// <summary>
    /// True when an exchange of contracts also has spot markets: then a contract carries a date or a word for perpetual, and a symbol without either is spot.
    /// Default false.
    /// </summary>
    public bool HasSpot { get; init; }

    /// <summary>Text before the symbol of a spot market that is not part of the assets (<c>SPOT_BTC_USDT</c>), where the exchange also has contracts. Default: none.</summary>
    public string SpotPrefix { get; init; } = "";

    /// <summary>The quote asset of contracts whose symbol names only the base (<c>BTC-PERPETUAL</c>, <c>BTCPERP</c>). Default: none.</summary>
    public string? ContractQuote { get; init; }

    /// <summary>
    /// Texts before a symbol that name the class of a contract, each with the part that the class adds to the name; an empty part adds nothing (with
    /// <c>PI_</c> as <c>INVERSE</c>, <c>PI_XBTUSD</c> is <c>BTC-USD-INVERSE-PERP</c>). A symbol without one of them is spot where the exchange has spot markets, else it does
    /// not follow the rule. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> ContractClasses { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The market of a symbol. A symbol that does not follow the rule keeps its own name.</summary>
    public Market ToMarket(string symbol) => new(Name(symbol) ?? symbol, symbol);

    /// <summary>The canonical name of an asset.</summary>
    public string Asset(string name) => Aliases.GetValueOrDefault(name, name);

    private string? Name(string symbol)
    {
        if (!symbol.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var rest = symbol[Prefix.Length..].ToUpperInvariant();
        var found = ContractClasses.FirstOrDefault(entry => rest.StartsWith(entry.Key, StringComparison.Ordinal));
        var isUnclassed = ContractClasses.Count > 0 && found.Key is null;
        if (isUnclassed && (!HasSpot || !rest.StartsWith(SpotPrefix, StringComparison.Ordinal)))
            return null;
        var parts = rest[(isUnclassed ? SpotPrefix : found.Key ?? "").Length..].Split([.. Separators]);
        if (parts.Any(part => part.Length == 0))
            return null;
        return !IsDerivatives || isUnclassed ? PairName(parts) : ContractName(parts, string.IsNullOrEmpty(found.Value) ? "" : $"-{found.Value}");
    }

    private string? PairName(string[] parts) => Split(parts) is var (traded, quote) && quote is not null ? $"{traded}-{quote}" : null;

    /// <summary>The name of a contract. The part of the symbol before date, strike and option right names the assets.</summary>
    private string? ContractName(string[] parts, string contractClass)
    {
        var end = parts.Length;
        string? option = null, term = null;
        if (end > 3 && parts[end - 1] is "C" or "P")
            (option, end) = ($"-{parts[end - 2]}-{parts[end - 1]}", end - 2);
        if (end > 1 && Date(parts[end - 1]) is { } date)
            (term, end) = (date, end - 1);
        else if (end > 1 && option is null && PerpetualWords.Contains(parts[end - 1], StringComparer.Ordinal))
            (term, end) = (Perpetual, end - 1);
        else if (end == 1 && ContractQuote is not null && parts[0].Length > Perpetual.Length && parts[0].EndsWith(Perpetual, StringComparison.Ordinal))
            (parts, term) = ([parts[0][..^Perpetual.Length]], Perpetual);
        if (option is not null && term is null)
            return null;
        if (HasSpot && ContractClasses.Count == 0 && option is null && term is null)
            return PairName(parts);
        var (traded, quote) = Split(parts[..end]);
        quote ??= option is null ? ContractQuote : null;
        if (traded is null || (quote is null && option is null))
            return null;
        return $"{traded}{(quote is null ? "" : $"-{quote}")}{contractClass}-{term ?? Perpetual}{option}";
    }

    private (string? Base, string? Quote) Split(string[] parts)
    {
        if (parts.Length == 2)
            return IsQuoteFirst ? (Asset(parts[1]), Asset(parts[0])) : (Asset(parts[0]), Asset(parts[1]));
        if (parts.Length != 1)
            return default;
        var splits = QuoteAssets
            .Where(quote => parts[0].Length > quote.Length && parts[0].EndsWith(quote, StringComparison.Ordinal))
            .Select(quote => (Base: parts[0][..^quote.Length], Quote: quote))
            .ToList();
        if (splits.Count == 0)
            return (Asset(parts[0]), null);
        var known = splits.FindIndex(split => QuoteAssets.Contains(split.Base)); // BNBUSD is BNB-USD, not BN-BUSD
        var found = splits[Math.Max(known, 0)];
        return (Asset(found.Base), Asset(found.Quote));
    }

    private static string? Date(string part)
    {
        foreach (var format in DateFormats)
            if (DateTime.TryParseExact(part, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                return date.ToString("yyMMdd", CultureInfo.InvariantCulture);
        return null;
    }
}
