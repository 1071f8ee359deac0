using System.Globalization;
using System.Text.Json;

namespace Ingester.Testing.Model.PlainReaders.ReaderContract;

/// <summary>The values of frames and rows in one form, so that they can be compared as text.</summary>
internal static class PlainValues
{
    /// <summary>The text of a member; empty when it is missing or not a string.</summary>
    public static string Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>The digits of a member, with or without quotes.</summary>
    public static string Digits(this JsonElement element, string name) => Digits(element.GetProperty(name));

    /// <summary>The digits of a value, with or without quotes.</summary>
    public static string Digits(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>A member as a whole number, with or without quotes.</summary>
    public static long Number(this JsonElement element, string name) => Number(element.Digits(name));

    /// <summary>Digits as a whole number.</summary>
    public static long Number(string digits) => long.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>True when a side is <c>sell</c>, in any letter case, or its first letter.</summary>
    public static bool Sells(this JsonElement element, string name) => element.GetProperty(name).GetString()![0] is 's' or 'S';

    /// <summary>A member that is a time since 1970, in microseconds; finer digits are truncated.</summary>
    /// <param name="element">The object.</param>
    /// <param name="name">The name of the member.</param>
    /// <param name="digits">The power of ten of microseconds in its unit: 3 for milliseconds, -3 for nanoseconds.</param>
    public static long Since1970(this JsonElement element, string name, int digits = 3) => Since1970(element.GetProperty(name), digits);

    /// <inheritdoc cref="Since1970(JsonElement, string, int)"/>
    public static long Since1970(JsonElement value, int digits = 3)
    {
        var parts = Digits(value).Split('.');
        return digits < 0 ? Number(parts[0]) / 1_000 : Number(parts[0] + (parts.Length > 1 ? parts[1] : "").PadRight(digits, '0')[..digits]);
    }

    /// <summary>A member that is an RFC 3339 time, in microseconds; finer digits are truncated.</summary>
    public static long UtcTime(this JsonElement element, string name)
    {
        var text = element.GetProperty(name).GetString()!.TrimEnd('Z');
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = DateTime.ParseExact(point < 0 ? text : text[..point], "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        var fraction = point < 0 ? "" : text[(point + 1)..];
        return (whole - DateTime.UnixEpoch).Ticks / 10 + Number(fraction.PadRight(6, '0')[..6]);
    }

    /// <summary>Levels that are arrays <c>[price, size, …]</c>.</summary>
    /// <param name="levels">The array.</param>
    /// <param name="first">The index of the price.</param>
    public static string Levels(JsonElement levels, int first = 0) => string.Concat(levels.EnumerateArray().Select(level => Level(Digits(level[first]), Digits(level[first + 1]))));

    /// <summary>Levels that are objects.</summary>
    public static string Levels(JsonElement levels, string price, string size) => string.Concat(levels.EnumerateArray().Select(level => Level(level.Digits(price), level.Digits(size))));

    /// <summary>One level.</summary>
    public static string Level(string price, string size) => $"{Value(price)}x{Value(size)} ";

    /// <summary>The content of a trade.</summary>
    public static string Trade(string id, long ts, bool sells, string price, string size) =>
        string.Create(CultureInfo.InvariantCulture, $"{id}|{ts}|{(sells ? "sell" : "buy")}|{Value(price)}|{Value(size)}");

    /// <summary>The content of a diff.</summary>
    public static string Diff(long ts, long? after, long? upTo, string bids, string asks) =>
        string.Create(CultureInfo.InvariantCulture, $"{ts}|{after}|{upTo}|bids {bids}|asks {asks}");

    /// <summary>A number in one form, without exponent and trailing zeros; any other text unchanged.</summary>
    private static string Value(string text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? (number / 1.000000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture)
        : text;
}
