using System.Text.Json;
using System.Text.Json.Serialization;

namespace PeerRecorder;

internal sealed record Combined([property: JsonPropertyName("stream")] string? Stream, [property: JsonPropertyName("data")] JsonElement Data);

internal sealed record Trade(
    [property: JsonPropertyName("s")] string Symbol,
    [property: JsonPropertyName("t")] long Id,
    [property: JsonPropertyName("p"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] decimal Price,
    [property: JsonPropertyName("q"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] decimal Quantity,
    [property: JsonPropertyName("T")] long Time,
    [property: JsonPropertyName("m")] bool BuyerIsMaker);

internal sealed record Depth(
    [property: JsonPropertyName("s")] string Symbol,
    [property: JsonPropertyName("E")] long Time,
    [property: JsonPropertyName("U")] long First,
    [property: JsonPropertyName("u")] long Last,
    [property: JsonPropertyName("b")] string[][] Bids,
    [property: JsonPropertyName("a")] string[][] Asks);

internal sealed record TradeRow(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("ts")] long Micros,
    [property: JsonPropertyName("side")] string Side,
    [property: JsonPropertyName("price")] decimal Price,
    [property: JsonPropertyName("size")] decimal Size);

internal sealed record DepthRow(
    [property: JsonPropertyName("ts")] long Micros,
    [property: JsonPropertyName("after")] long After,
    [property: JsonPropertyName("upto")] long UpTo,
    [property: JsonPropertyName("bids")] string[][] Bids,
    [property: JsonPropertyName("asks")] string[][] Asks);
