using System.Buffers;
using System.Text;

namespace Ingester.Core.Keys;

/// <summary>Names as they stand in keys: letters, digits, dot, underscore and dash stay, every other byte is percent-encoded.</summary>
internal static class KeyText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>The name as a key carries it; two names never become the same text.</summary>
    public static string Encode(string name)
    {
        if (!name.AsSpan().ContainsAnyExcept(Plain))
            return name;
        var text = new StringBuilder(name.Length + 8);
        foreach (var octet in Encoding.UTF8.GetBytes(name))
            _ = Plain.Contains((char)octet) ? text.Append((char)octet) : text.Append('%').Append(octet.ToString("X2"));
        return text.ToString();
    }

    /// <summary>The name behind a label such as <c>pair=</c>; null when the text does not begin with it or nothing follows.</summary>
    public static string? Value(string text, string label) =>
        text.Length > label.Length && text.StartsWith(label, StringComparison.Ordinal) ? Uri.UnescapeDataString(text[label.Length..]) : null;
}
