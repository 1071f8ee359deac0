using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ingester.Core.Exchanges;

namespace Ingester.Tests.Exchanges;

/// <summary>Writes down what a decoder emits, one JSON line each.</summary>
internal sealed class LineSink(string place, List<string> lines) : IEventSink
{
    private static readonly JsonSerializerOptions Form = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public void OnTrade(in TradeEvent trade) => Add(trade.IsAggregated ? "aggTrade" : "trade", new
    {
        Symbol = Text(trade.Symbol),
        Id = Text(trade.Id),
        trade.Range?.After,
        trade.Range?.UpTo,
        trade.Micros,
        Price = Text(trade.Price),
        Size = Text(trade.Size),
        trade.TakerSells,
        Replayed = trade.IsReplayed ? true : (bool?)null,
        Type = Text(trade.Type),
    });

    public void OnDiff(in DepthEvent diff) => Add("depth", Row(diff));

    public void OnSnapshot(in DepthEvent book) => Add("book", Row(book));

    public void OnNotice(in Notice notice) => Add("notice", new
    {
        Kind = notice.Kind.ToString(),
        notice.RequestId,
        Symbol = Text(notice.Symbol),
        Channel = Text(notice.Channel),
        notice.Micros,
        notice.LastTradeId,
        Text = Text(notice.Text),
    });

    public void Add(string what, object value) => lines.Add(new JsonObject
    {
        ["from"] = place,
        [what] = JsonSerializer.SerializeToNode(value, Form),
    }.ToJsonString(Form));

    private static object Row(in DepthEvent depth) => new
    {
        Symbol = Text(depth.Symbol),
        depth.Range?.After,
        depth.Range?.UpTo,
        depth.Micros,
        Bids = JsonNode.Parse(depth.Bids),
        Asks = JsonNode.Parse(depth.Asks),
        BytesOfLevels = depth.Bids.Length + depth.Asks.Length,
        Levels = depth.SnapshotLevels,
    };

    private static string? Text(ReadOnlySpan<byte> text) => text.IsEmpty ? null : Encoding.UTF8.GetString(text);
}
