using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Publishing.Export;

/// <summary>The exchange's own symbols of the markets of a day, from the journal <c>instruments</c>. Each day of a recording begins with all of them.</summary>
internal static class SymbolNames
{
    /// <summary>Reads the symbols by market; the latest row of a market counts. Objects that are not readable are skipped: the canonical name is used instead.</summary>
    public static async Task<Dictionary<string, string>> ReadAsync(ArchiveReader archive, string exchange, Period day, CancellationToken cancellation)
    {
        var symbols = new Dictionary<string, (string Symbol, long Micros)>(StringComparer.Ordinal);
        foreach (var (_, key) in await new JournalReader(archive).ListPartsAsync(Dataset.Instruments, exchange, day, cancellation))
            try
            {
                Read(await archive.Objects.LoadTextAsync(key, cancellation), day, symbols);
            }
            catch (Exception error) when (error is UnreadableObjectException or JsonException)
            {
                // Other replicas, and later rows of the same day, have the same symbols.
            }

        return symbols.ToDictionary(entry => entry.Key, entry => entry.Value.Symbol, StringComparer.Ordinal);
    }

    private static void Read(ReadOnlyMemory<byte> text, Period day, Dictionary<string, (string Symbol, long Micros)> symbols)
    {
        while (!text.IsEmpty)
        {
            var end = text.Span.IndexOf((byte)'\n');
            using var document = JsonDocument.Parse(text[..end]);
            text = text[(end + 1)..];
            var row = document.RootElement;
            if (Text(row, "pair") is { } market && Text(row, "symbol") is { Length: > 0 } symbol && row.TryGetProperty("ts", out var ts) && ts.TryGetInt64(out var micros)
                && micros < day.To && (!symbols.TryGetValue(market, out var known) || (micros, symbol).CompareTo((known.Micros, known.Symbol)) > 0))
                symbols[market] = (symbol, micros);
        }
    }

    private static string? Text(JsonElement row, string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
