using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Time;

namespace Ingester.Core.Decoding;

/// <summary>
/// Parses market lists. They are read rarely, so a <see cref="JsonDocument"/> is fast enough. Every error is a <see cref="JsonException"/> with a
/// complete message.
/// </summary>
internal static class MarketListParser
{
    private const int ExcerptLength = 80;
    private const int MaxDecimals = 20;

    /// <summary>
    /// Parses every entry of the list into a market, or into the reason why it cannot be read. It throws only when the body is not a list or no entry
    /// can be read.
    /// </summary>
    /// <param name="profile">The exchange's facts.</param>
    /// <param name="body">The body.</param>
    /// <param name="formOf">Selects the format by the root element.</param>
    public static MarketListResult Parse(ExchangeProfile profile, ReadOnlySpan<byte> body, Func<JsonElement, MarketListFormat> formOf)
    {
        using var document = ParseDocument(profile.Name, body);
        var (markets, unreadable) = (new List<ListedMarket>(), new List<SkippedEntry>());
        try
        {
            var form = formOf(document.RootElement);
            foreach (var entry in form.Entries(document.RootElement))
                Parse(profile.MarketStatuses, form, entry, markets, unreadable);
        }
        catch (JsonException fault)
        {
            throw new JsonException($"The market list of {profile.Name} has an unexpected format: {fault.Message}", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException($"The market list of {profile.Name} has an unexpected format: a text is not valid Unicode.", fault);
        }

        if (markets.Count > 0)
            return UniqueMarketNames.WithUniqueNames(markets, unreadable);
        throw new JsonException(unreadable is [var first, ..]
            ? $"The market list of {profile.Name} cannot be used: none of its {unreadable.Count} entries can be read. The first: {first.Reason}"
            : $"The market list of {profile.Name} is empty.");
    }

    /// <summary>A required property that is an array.</summary>
    public static JsonElement.ArrayEnumerator GetArray(this JsonElement element, string name) => ExpectArray(element.GetRequired(name), $"'{name}'");

    /// <summary>The element as an array; throws for any other type.</summary>
    public static JsonElement.ArrayEnumerator AsArray(this JsonElement element) => ExpectArray(element, "the body");

    /// <summary>A required property of an object.</summary>
    public static JsonElement GetRequired(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            ? value
            : throw new JsonException($"'{name}' is missing in {Excerpt(element)}.");

    /// <summary>A required property that is a non-empty string.</summary>
    public static string GetText(this JsonElement element, string name) =>
        element.GetRequired(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text
            : throw new JsonException($"'{name}' is not a non-empty string in {Excerpt(element)}.");

    /// <summary>An optional property that is a number or a non-empty string: its text, unchanged; null when it is missing, null or empty.</summary>
    public static string? GetDigits(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
            JsonValueKind.Null => null,
            _ => throw new JsonException($"'{name}' is not a number in {Excerpt(element)}."),
        } : null;

    /// <summary>An optional number of decimals as a step: 0.01 for 2. Null when it is missing or no such number.</summary>
    public static string? GetStep(this JsonElement element, string name) =>
        int.TryParse(element.GetDigits(name), NumberStyles.None, CultureInfo.InvariantCulture, out var decimals) && decimals <= MaxDecimals
            ? decimals == 0 ? "1" : $"0.{new string('0', decimals - 1)}1"
            : null;

    /// <summary>An optional time in milliseconds since 1970 UTC; null when it is missing, zero or no such time.</summary>
    public static DateTimeOffset? GetMillisTime(this JsonElement element, string name) =>
        long.TryParse(element.GetDigits(name), NumberStyles.None, CultureInfo.InvariantCulture, out var millis) && millis is > 0 and <= Micros.Max / 1_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(millis)
            : null;

    /// <summary>An optional Boolean property; false when it is missing.</summary>
    public static bool GetFlag(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new JsonException($"'{name}' is neither true nor false in {Excerpt(element)}."),
        };

    /// <summary>The properties of an object; throws for any other type.</summary>
    public static JsonElement.ObjectEnumerator AsObject(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject()
            : throw new JsonException($"an object was expected, not {Excerpt(element)}.");

    /// <summary>The properties of an object as entries <c>{"name":…,"value":…}</c>, for lists whose entries are keyed by their symbol.</summary>
    public static IEnumerable<JsonElement> AsNamedEntries(this JsonElement element)
    {
        foreach (var property in element.AsObject())
        {
            byte[] entry = [.. "{\"name\":\""u8, .. JsonMarshal.GetRawUtf8PropertyName(property), .. "\",\"value\":"u8, .. JsonMarshal.GetRawUtf8Value(property.Value), (byte)'}'];
            using var document = JsonDocument.Parse(entry);
            yield return document.RootElement.Clone();
        }
    }

    private static JsonDocument ParseDocument(string exchange, ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body.ToArray());
        }
        catch (JsonException fault)
        {
            throw new JsonException(
                $"The market list of {exchange} is not valid JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}).", fault);
        }
    }

    private static void Parse(
        MarketStatuses statuses, MarketListFormat form, JsonElement entry, List<ListedMarket> markets, List<SkippedEntry> unreadable)
    {
        string? symbol = null;
        MarketState? state = null;
        try
        {
            if (form.Symbol(entry) is not { } written)
                return;
            symbol = RequireName(written);
            var status = form.Status(entry);
            state = statuses.StateOf(status);
            markets.Add(new(new(RequireName(form.Name(entry, symbol)), symbol), status, state.Value) { Facts = form.Facts?.Invoke(entry, symbol) });
        }
        catch (JsonException fault)
        {
            unreadable.Add(new(symbol ?? Excerpt(entry), symbol, state, fault.Message));
        }
        catch (InvalidOperationException)
        {
            unreadable.Add(new(symbol ?? Excerpt(entry), symbol, state, $"a text is not valid Unicode in {Excerpt(entry)}."));
        }
    }

    private static string RequireName(string name) => name.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
        ? throw new JsonException($"\"{JsonEncodedText.Encode(name)}\" is not a valid name: it contains white space or a control character.")
        : name;

    private static JsonElement.ArrayEnumerator ExpectArray(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray()
            : throw new JsonException($"{what} is not an array: {Excerpt(element)}.");

    private static string Excerpt(JsonElement element)
    {
        var text = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element)); // never throws, also for invalid bytes
        return text.Length <= ExcerptLength ? text : $"{text[..ExcerptLength]}…";
    }
}

/// <summary>The format of an exchange's market list. An unexpected format throws a <see cref="JsonException"/> with a complete message.</summary>
/// <param name="Entries">The entries of the list.</param>
/// <param name="Symbol">The symbol of an entry, as frames carry it; null for an entry of a known kind that the WebSocket does not serve.</param>
/// <param name="Name">The canonical name of an entry, given its symbol.</param>
/// <param name="Status">The exchange's own status of an entry.</param>
internal sealed record MarketListFormat(
    Func<JsonElement, IEnumerable<JsonElement>> Entries,
    Func<JsonElement, string?> Symbol,
    Func<JsonElement, string, string> Name,
    Func<JsonElement, string> Status)
{
    /// <summary>The facts of an entry, given its symbol; null when the list has none.</summary>
    public Func<JsonElement, string, InstrumentFacts>? Facts { get; init; }
}
