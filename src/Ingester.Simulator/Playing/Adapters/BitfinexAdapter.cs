using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Bitfinex v2. Data frames name their stream by the channel id of the recording, and are numbered per connection.</summary>
internal static partial class BitfinexAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Welcome = """{"event":"info","version":2,"serverId":"play","platform":{"status":1}}""",
        Acknowledge = static request => request.Streams.Select(stream => Acknowledgement(request, stream, request.ChannelOf(stream))),
        Answer = static request => request.Find("event") == "conf" ? $$"""{"event":"conf","status":"OK","flags":{{request.Json.GetProperty("flags").GetRawText()}}}""" : null,
        FindByChannelId = static request => request.Find("event") == "unsubscribe" && request.Json.TryGetProperty("chanId", out var id)
            ? request.Subscribed.Where(stream => request.Channels.IdOf(request.ChannelOf(stream), stream) == id.GetInt64())
            : [],
        MarketList = static (symbols, _) => $"[[{SubscribeText.ToJsonList(symbols.Select(static listed => listed.Symbol[1..]))}]]",
        Snapshot = static book => $"[{book.Channels.IdOf(book.Channel, book.Stream)},[{string.Join(',', new[] { book.Bids("[{0},1,{1}]"), book.Asks("[{0},1,-{1}]") }.Where(static side => side.Length > 0))}],0]",
        FindHeartbeat = static (message, channels) => HeartbeatStart().Match(Encoding.UTF8.GetString(message.Span)) is { Success: true } start
            ? (true, channels.FindById(long.Parse(start.Groups["id"].ValueSpan, CultureInfo.InvariantCulture)))
            : default,
        Number = static (message, counters) => Encoding.UTF8.GetString(message.Span) is var text && Counter().IsMatch(text)
            ? Encoding.UTF8.GetBytes(Counter().Replace(text, string.Create(CultureInfo.InvariantCulture, $"${{head}}{counters.Next() + 1}${{tail}}")))
            : message,
    };

    private static string Acknowledgement(ClientRequest request, Subscription stream, string channel) =>
        !request.IsSubscribe ? $$"""{"event":"unsubscribed","status":"OK","chanId":{{request.Channels.IdOf(channel, stream)}}}"""
        : request.Channels.Find(channel, stream)
        ?? $$"""{"event":"subscribed","channel":"{{channel}}","chanId":{{request.Channels.IdOf(channel, stream)}},"symbol":"{{stream.Market.Symbol}}","prec":"P0","freq":"F0","len":"250","pair":"{{stream.Market.Symbol[1..]}}"}""";

    [GeneratedRegex("^(?<head>\\[\\d+,.*[\\]\"]\\s*,\\s*)\\d+(?<tail>\\s*\\])$", RegexOptions.Singleline)] // the number after the content, which is a list or a text
    private static partial Regex Counter();

    [GeneratedRegex("^\\[(?<id>\\d+),\"hb\"")]
    private static partial Regex HeartbeatStart();
}
