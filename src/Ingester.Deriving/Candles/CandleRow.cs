using System.Buffers;
using System.Text.Json;
using Ingester.Core.Exchanges;

namespace Ingester.Deriving.Candles;

/// <summary>
/// The row of a candle: <c>{"ts":1791000000000000,"open":"1.5","high":"1.6","low":"1.4","close":"1.5","volume":"20","quoteVolume":"30.1","trades":7,"buyVolume":"12",
/// "buyQuoteVolume":"18.2"}</c>. Numbers have the digits of the exchange. Fields that the exchange does not return are absent.
/// </summary>
internal static class CandleRow
{
    private static readonly JsonWriterOptions Form = new() { SkipValidation = false };

    /// <summary>Appends a row and a line feed.</summary>
    public static void Append(IBufferWriter<byte> rows, Candle candle)
    {
        using (var json = new Utf8JsonWriter(rows, Form))
            Write(json, candle);
        rows.Write("\n"u8);
    }

    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, Candle candle)
    {
        json.WriteStartObject();
        json.WriteNumber("ts"u8, candle.StartMicros);
        json.WriteString("open"u8, candle.Open);
        json.WriteString("high"u8, candle.High);
        json.WriteString("low"u8, candle.Low);
        json.WriteString("close"u8, candle.Close);
        json.WriteString("volume"u8, candle.Volume);
        if (candle.QuoteVolume is { } quoteVolume)
            json.WriteString("quoteVolume"u8, quoteVolume);
        if (candle.Trades is { } trades)
            json.WriteNumber("trades"u8, trades);
        if (candle.BuyVolume is { } buyVolume)
            json.WriteString("buyVolume"u8, buyVolume);
        if (candle.BuyQuoteVolume is { } buyQuoteVolume)
            json.WriteString("buyQuoteVolume"u8, buyQuoteVolume);
        json.WriteEndObject();
    }

    /// <summary>Parses a row.</summary>
    /// <exception cref="JsonException">The text is not a row; the message states the error.</exception>
    public static Candle Parse(ReadOnlySpan<byte> line)
    {
        using var document = JsonDocument.Parse(line.ToArray());
        var row = document.RootElement;
        try
        {
            return new(row.GetProperty("ts").GetInt64(), Text(row, "open"), Text(row, "high"), Text(row, "low"), Text(row, "close"), Text(row, "volume"))
            {
                QuoteVolume = Optional(row, "quoteVolume")?.GetString(),
                Trades = Optional(row, "trades")?.GetInt64(),
                BuyVolume = Optional(row, "buyVolume")?.GetString(),
                BuyQuoteVolume = Optional(row, "buyQuoteVolume")?.GetString(),
            };
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new JsonException($"The row is not a candle: {fault.Message}", fault);
        }
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null.");

    private static JsonElement? Optional(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value : null;
}
