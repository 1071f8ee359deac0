using System.Buffers;
using System.Text;

namespace Ingester.Core.Keys;

/// <summary>Encodes names for keys: letters, digits, dot, underscore and dash are kept; every other byte is percent-encoded.</summary>
internal static class KeyEncoding
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Encodes a name. Different names always have different encodings.</summary>
    public static string Encode(string name)
    {
        if (!name.AsSpan().ContainsAnyExcept(Plain))
            return name;
        var text = new StringBuilder(name.Length + 8);
        foreach (var octet in Encoding.UTF8.GetBytes(name))
            _ = Plain.Contains((char)octet) ? text.Append((char)octet) : text.Append('%').Append(octet.ToString("X2"));
        return text.ToString();
    }

    /// <summary>Decodes the name after a label such as <c>pair=</c>; null if the text does not begin with the label or nothing follows it.</summary>
    public static string? DecodeLabel(string text, string label) =>
        text.Length > label.Length && text.StartsWith(label, StringComparison.Ordinal) ? Uri.UnescapeDataString(text[label.Length..]) : null;
}
