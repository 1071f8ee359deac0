using System.Globalization;
using System.Text;

namespace Ingester.Dashboard.Markets.Names;

/// <summary>
/// Addresses of the pages of a market. Names of markets contain slashes, colons and other characters, and servers, proxies and browsers disagree about
/// <c>%2F</c>. In a path a name has only letters, digits, <c>-</c>, <c>_</c> and <c>.</c>; every other byte is <c>~</c> and two hex digits.
/// </summary>
public static class MarketPath
{
    private const char Mark = '~';

    /// <summary>The address of a market's page, relative to the root, such as <c>market/binance/BTC-USDT</c>.</summary>
    /// <param name="market">The market.</param>
    /// <param name="at">The moment that is shown, microseconds UTC; null for now.</param>
    public static string Of(MarketId market, long? at = null) => WithMoment($"market/{Encode(market.Exchange)}/{Encode(market.Market)}", at);

    /// <summary>The address of the page that shows only the book.</summary>
    /// <param name="market">The market.</param>
    /// <param name="at">The moment that is shown, microseconds UTC; null for now.</param>
    public static string OfBook(MarketId market, long? at = null) => WithMoment($"market/{Encode(market.Exchange)}/{Encode(market.Market)}/book", at);

    /// <summary>Encodes a name as one part of a path. Different names have different encodings.</summary>
    public static string Encode(string name)
    {
        var isDots = name.AsSpan().TrimStart('.').IsEmpty; // "." and ".." mean other folders
        var text = new StringBuilder(name.Length + 8);
        foreach (var octet in Encoding.UTF8.GetBytes(name))
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'_' || (octet == (byte)'.' && !isDots))
                text.Append((char)octet);
            else
                text.Append(Mark).Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        return text.ToString();
    }

    /// <summary>Decodes a part of a path; null if it is not the encoding of a name. Percent encoding, as in addresses typed by hand, is accepted as well.</summary>
    public static string? Decode(string part)
    {
        var bytes = new List<byte>(part.Length);
        var text = Uri.UnescapeDataString(part); // Encode writes no percent sign
        for (var index = 0; index < text.Length;)
            if (text[index] != Mark)
            {
                var length = char.IsHighSurrogate(text[index]) && index + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(index, length)));
                index += length;
            }
            else if (index + 2 < text.Length && byte.TryParse(text.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                bytes.Add(octet);
                index += 3;
            }
            else
            {
                return null;
            }

        return bytes.Count > 0 ? Encoding.UTF8.GetString([.. bytes]) : null;
    }

    private static string WithMoment(string path, long? at) => at is { } micros ? $"{path}?at={Uri.EscapeDataString(MomentText.Format(micros))}" : path;
}
