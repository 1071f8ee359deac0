using System.Globalization;
using System.Text.Json;
using Ingester.Paper.History;

namespace Ingester.Paper.Models;

/// <summary>The JSON of HTTP models: the features as the request, the answer as the response.</summary>
internal static class FeatureJson
{
    /// <summary>Writes a request.</summary>
    public static byte[] Write(Features features)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("market", features.Market);
            json.WriteNumber("ts", features.Micros);
            json.WriteNumber("price", features.Price);
            json.WriteNumber("sma20", features.ShortAverage);
            json.WriteNumber("sma50", features.LongAverage);
            json.WriteNumber("momentum10", features.Momentum);
            WriteOptional(json, "change24h", features.DayChange);
            json.WriteNumber("volume", features.Volume);
            WriteOptional(json, "imbalance", features.Imbalance);
            WriteOptional(json, "spreadBps", features.SpreadBps);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Reads a response.</summary>
    /// <exception cref="ModelException">It is not an answer.</exception>
    public static ModelAnswer Read(ReadOnlyMemory<byte> response)
    {
        try
        {
            using var document = JsonDocument.Parse(response);
            var answer = document.RootElement;
            return new(ReadNumber(answer, "price"), ReadDirection(answer), ReadNumber(answer, "confidence"));
        }
        catch (Exception invalid) when (invalid is JsonException or FormatException or OverflowException or InvalidOperationException or KeyNotFoundException)
        {
            throw new ModelException($"its response is not {{\"price\":…,\"direction\":\"up|down|flat\",\"confidence\":…}}: {invalid.Message}", invalid);
        }
    }

    private static decimal ReadNumber(JsonElement answer, string name) => answer.GetProperty(name) switch
    {
        { ValueKind: JsonValueKind.String } text => decimal.Parse(text.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture),
        var number => number.GetDecimal(),
    };

    private static Direction ReadDirection(JsonElement answer) => answer.GetProperty("direction").GetString() switch
    {
        "up" => Direction.Up,
        "down" => Direction.Down,
        "flat" => Direction.Flat,
        var other => throw new FormatException($"the direction '{other}' is not up, down or flat"),
    };

    private static void WriteOptional(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
