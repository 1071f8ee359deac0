using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>Reads market lists: rarely, so a document will do. Whatever is wrong is a <see cref="JsonException"/> with a sentence.</summary>
internal static class MarketBody
{
    private const int Shown = 80;

    /// <summary>
    /// Every entry of the list: a market, or, where one cannot be read, why not. Only a body that is no list, or of which no entry can be read, is an error.
    /// </summary>
    /// <param name="profile">The exchange's facts.</param>
    /// <param name="body">The body.</param>
    /// <param name="formOf">How the list is written, by its root.</param>
    public static MarketListing Read(ExchangeProfile profile, ReadOnlySpan<byte> body, Func<JsonElement, MarketListForm> formOf)
    {
        using var document = Parse(profile.Name, body);
        var (markets, unreadable) = (new List<ListedMarket>(), new List<UnreadableEntry>());
        try
        {
            var form = formOf(document.RootElement);
            foreach (var entry in form.Entries(document.RootElement))
                Read(profile.Statuses, form, entry, markets, unreadable);
        }
        catch (JsonException fault)
        {
            throw new JsonException($"The market list of {profile.Name} is not as promised: {fault.Message}", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException($"The market list of {profile.Name} is not as promised: a text is not valid Unicode.", fault);
        }

        if (markets.Count > 0)
            return MarketList.Unique(markets, unreadable);
        throw new JsonException(unreadable is [var first, ..]
            ? $"The market list of {profile.Name} is not as promised: none of its {unreadable.Count} entries can be read. The first: {first.Reason}"
            : $"The market list of {profile.Name} is empty.");
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

    private static void Read(
        MarketStatuses statuses, MarketListForm form, JsonElement entry, List<ListedMarket> markets, List<UnreadableEntry> unreadable)
    {
        string? symbol = null;
        MarketState? state = null;
        try
        {
            if (form.Symbol(entry) is not { } written)
                return;
            symbol = Named(written);
            var status = form.Status(entry);
            state = statuses.Of(status);
            markets.Add(new(new(Named(form.Name(entry, symbol)), symbol), status, state.Value));
        }
        catch (JsonException fault)
        {
            unreadable.Add(new(symbol ?? Start(entry), symbol, state, fault.Message));
        }
        catch (InvalidOperationException)
        {
            unreadable.Add(new(symbol ?? Start(entry), symbol, state, $"a text is not valid Unicode in {Start(entry)}."));
        }
    }

    private static string Named(string name) => name.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
        ? throw new JsonException($"\"{JsonEncodedText.Encode(name)}\" is no name: it holds white space or a control character.")
        : name;

    private static JsonElement.ArrayEnumerator Array(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray()
            : throw new JsonException($"{what} is no array: {Start(element)}.");

    private static string Start(JsonElement element)
    {
        var text = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element)); // never throws, whatever the bytes are
        return text.Length <= Shown ? text : $"{text[..Shown]}…";
    }
}

/// <summary>How an exchange writes its market list. What is not as promised is a <see cref="JsonException"/> with a sentence.</summary>
/// <param name="Entries">The entries of the list.</param>
/// <param name="Symbol">The symbol of an entry, as frames carry it; null for an entry of a known kind that is not served by WebSocket.</param>
/// <param name="Name">The canonical name of an entry, which has this symbol.</param>
/// <param name="Status">The exchange's own word for the status of an entry.</param>
internal sealed record MarketListForm(
    Func<JsonElement, IEnumerable<JsonElement>> Entries,
    Func<JsonElement, string?> Symbol,
    Func<JsonElement, string, string> Name,
    Func<JsonElement, string> Status);
