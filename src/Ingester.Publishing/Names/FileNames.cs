using Ingester.Core.Keys;

namespace Ingester.Publishing.Names;

/// <summary>The names of the CSV files of markets.</summary>
internal static class FileNames
{
    /// <summary>Longest name without a hash: a file name has at most 255 bytes, of which the extension takes seven.</summary>
    private const int MaxLength = 200;

    private const int HashDigits = 8;

    /// <summary>
    /// The file name of a symbol: in upper case, with <c>-</c> for <c>/</c> and <c>:</c>. Other characters that keys cannot have are percent-encoded. If the
    /// name is too long, its end is a hash.
    /// </summary>
    public static string Of(string symbol)
    {
        var name = KeyEncoding.Encode(symbol.ToUpperInvariant().Replace('/', '-').Replace(':', '-'));
        return name.Length is > 0 and <= MaxLength && name.Trim('.').Length > 0 ? name : $"{name[..Math.Min(name.Length, MaxLength)].TrimEnd('%').Trim('.')}_{Hash(symbol)}";
    }

    /// <summary>The file names of the markets of an exchange. Markets whose symbols have the same name, such as <c>A/B</c> and <c>A-B</c>, have a hash at its end.</summary>
    /// <param name="symbols">The symbols by market.</param>
    /// <param name="exchange">The exchange.</param>
    public static Dictionary<string, string> OfAll(IReadOnlyDictionary<string, string> symbols, string exchange)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var same in symbols.GroupBy(entry => (ExchangeIds.Of(exchange, entry.Key), Of(entry.Value).ToUpperInvariant())))
        {
            var entries = same.ToList();
            foreach (var (market, symbol) in entries)
                names[market] = entries.Count == 1 ? Of(symbol) : $"{Of(symbol)}_{Hash(market)}";
        }

        return names;
    }

    private static string Hash(string text) => StableHash.Of(text, "").ToString("x16", System.Globalization.CultureInfo.InvariantCulture)[..HashDigits];
}
