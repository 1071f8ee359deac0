using System.Text.Json;

namespace Ingester.Dashboard.Markets.Trades;

/// <summary>Reads rows of trades as text.</summary>
internal static class TradeRowText
{
    /// <summary>Reads a stored row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="micros">Its time, microseconds UTC.</param>
    /// <exception cref="JsonException">The row is not a trade.</exception>
    public static TradeView Read(ReadOnlyMemory<byte> row, long micros)
    {
        using var document = JsonDocument.Parse(row);
        return new(micros, Text(document.RootElement, "id") ?? "", Required(document.RootElement, "side"), Required(document.RootElement, "price"), Required(document.RootElement, "size"));
    }

    private static string Required(JsonElement row, string name) => Text(row, name) ?? throw new JsonException($"a trade has no text \"{name}\"");

    private static string? Text(JsonElement row, string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
