using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>Reads market lists: rarely, so a document will do. Whatever is wrong is a <see cref="JsonException"/> with a sentence.</summary>
internal static class MarketBody
{
    private const int Shown = 80;

    /// <summary>Every market that <paramref name="read"/> finds in the body; none at all is an error.</summary>
    public static IReadOnlyList<Market> Read(string exchange, ReadOnlySpan<byte> body, Func<JsonElement, IEnumerable<Market>> read)
    {
        using var document = Parse(exchange, body);
        IReadOnlyList<Market> markets;
        try
        {
            markets = MarketList.Unique(read(document.RootElement));
        }
        catch (JsonException fault)
        {
            throw new JsonException($"The market list of {exchange} is not as promised: {fault.Message}", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException($"The market list of {exchange} is not as promised: a text is not valid Unicode.", fault);
        }

        return markets.Count > 0 ? markets : throw new JsonException($"The market list of {exchange} is empty: no market trades.");
    }

    /// <summary>A property that must be an array.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element, string name) => Array(element.Property(name), $"'{name}'");

    /// <summary>An element that must be an array.</summary>
    public static JsonElement.ArrayEnumerator Elements(this JsonElement element) => Array(element, "the body");

    /// <summary>A property that must be there, of an element that must be an object.</summary>
    public static JsonElement Property(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            ? value
            : throw new JsonException($"'{name}' is missing in {Start(element)}.");

    /// <summary>A property that must be a text and not empty.</summary>
    public static string Text(this JsonElement element, string name) =>
        element.Property(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text
            : throw new JsonException($"'{name}' is no text in {Start(element)}.");

    /// <summary>A property that must be true or false; false where it is missing.</summary>
    public static bool Flag(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new JsonException($"'{name}' is neither true nor false in {Start(element)}."),
        };

    /// <summary>The properties of an element that must be an object.</summary>
    public static JsonElement.ObjectEnumerator Entries(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject()
            : throw new JsonException($"an object was expected, not {Start(element)}.");

    private static JsonDocument Parse(string exchange, ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body.ToArray());
        }
        catch (JsonException fault)
        {
            throw new JsonException(
                $"The market list of {exchange} is no JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}).", fault);
        }
    }

    private static JsonElement.ArrayEnumerator Array(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray()
            : throw new JsonException($"{what} is no array: {Start(element)}.");

    private static string Start(JsonElement element)
    {
        var text = element.GetRawText();
        return text.Length <= Shown ? text : $"{text[..Shown]}…";
    }
}
