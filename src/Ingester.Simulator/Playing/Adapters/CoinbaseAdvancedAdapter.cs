using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Coinbase Advanced Trade. Its messages are numbered per connection.</summary>
internal static partial class CoinbaseAdvancedAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => [Subscriptions(request)],
        Answer = static request => request.Find("channel") == "heartbeats" ? Subscriptions(request) : null,
        MarketList = static (symbols, _) => $$"""{"products":[{{string.Join(',', symbols.Select(Entry))}}]}""",
        Snapshot = static book => Message("l2_data", book.Micros,
            $$"""{"type":"snapshot","product_id":"{{book.Symbol}}","updates":[{{string.Join(',', new[] { book.Bids(Level("bid", book)), book.Asks(Level("offer", book)) }.Where(static side => side.Length > 0))}}]}"""),
        Number = static (message, counters) => Encoding.UTF8.GetBytes(SequenceNumber().Replace(Encoding.UTF8.GetString(message.Span), string.Create(CultureInfo.InvariantCulture, $"${{name}}{counters.Next()}"), 1)),
    };

    private static string Subscriptions(ClientRequest request)
    {
        var channels = request.Subscribed.GroupBy(request.ChannelOf, static stream => stream.Market.Symbol)
            .Select(static channel => $"\"{channel.Key}\":[{SubscribeText.ToJsonList(channel)}]").Prepend("\"heartbeats\":[\"heartbeats\"]");
        return Message("subscriptions", request.Micros, $"{{\"subscriptions\":{{{string.Join(',', channels)}}}}}");
    }

    private static string Level(string side, PlayedBook book) =>
        $$$"""{{"side":"{{{side}}}","event_time":"{{{PlayedBook.ToText(book.Micros)}}}","price_level":"{0}","new_quantity":"{1}"}}""";

    private static string Message(string channel, long micros, string content) =>
        $$"""{"channel":"{{channel}}","client_id":"","timestamp":"{{PlayedBook.ToText(micros)}}","sequence_num":0,"events":[{{content}}]}""";

    private static string Entry(ListedSymbol listed) =>
        $$"""{"product_id":"{{listed.Symbol}}","base_currency_id":"{{listed.Base}}","quote_currency_id":"{{listed.Quote}}","product_type":"SPOT","status":"online","trading_disabled":false,"is_disabled":false,"view_only":false,"cancel_only":false,"post_only":false,"limit_only":false,"auction_mode":false}""";

    [GeneratedRegex("(?<name>\"sequence_num\"\\s*:\\s*)\\d+")]
    private static partial Regex SequenceNumber();
}
