using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Venues;

namespace Ingester.Simulator.Wire;

/// <summary>
/// Subscriptions of Coinbase Exchange: the response lists all subscriptions, then the last match or the snapshot of each product follows.
/// <c>level2</c> and <c>full</c> require authentication, as on the real exchange.
/// </summary>
internal sealed class CoinbaseTalk(Venue venue) : IVenueTalk
{
    private const long HeartbeatMicros = 1_000_000;
    private static readonly string[] Open = ["matches", "level2_batch", "heartbeat"];
    private readonly TextBuilder text = new();

    /// <inheritdoc/>
    public void Opened(Connection connection, string query)
    {
        // The exchange sends nothing before the first request.
    }

    /// <inheritdoc/>
    public void Received(Connection connection, JsonElement message)
    {
        var type = message.TryGetProperty("type", out var given) ? given.GetString() : null;
        if (type is not ("subscribe" or "unsubscribe") || Asked(message) is not { } asked)
        {
            Refuse(connection, "Malformed message");
            return;
        }

        foreach (var (channel, product) in asked)
        {
            if (!Open.Contains(channel, StringComparer.Ordinal))
                Refuse(connection, $"{channel} requires authentication or is not a valid channel");
            else if (venue.FindSymbol(product) is null or { State: MarketState.Delisted })
                Refuse(connection, $"{product} is not a valid product");
            else
                continue;
            return;
        }

        if (type == "subscribe")
            Subscribe(connection, asked);
        else
            Unsubscribe(connection, asked);
    }

    /// <inheritdoc/>
    public void Beat(Connection connection, long micros)
    {
        if (connection.Heartbeats.Count == 0 || micros < connection.NextBeat)
            return;
        connection.NextBeat = micros + HeartbeatMicros;
        foreach (var market in connection.Heartbeats)
        {
            connection.Say(text.Clear().Add("{\"type\":\"heartbeat\",\"sequence\":"u8).Number(market.LastSequence)
                .Add(",\"last_trade_id\":"u8).Number(market.LastTrade).Add(",\"product_id\":\""u8).Add(market.Spec.Symbol)
                .Add("\",\"time\":\""u8).Iso(micros).Add("\"}"u8));
        }
    }

    /// <summary>A channel is a name that applies to all products of the message, or an object with its own products.</summary>
    private static List<(string Channel, string Product)>? Asked(JsonElement message)
    {
        if (!message.TryGetProperty("channels", out var channels) || channels.ValueKind != JsonValueKind.Array)
            return null;
        var asked = new List<(string, string)>();
        foreach (var channel in channels.EnumerateArray())
        {
            var named = channel.ValueKind == JsonValueKind.Object;
            var name = named ? channel.GetProperty("name").GetString() : channel.GetString();
            var source = named && channel.TryGetProperty("product_ids", out _) ? channel : message;
            if (name is null || !source.TryGetProperty("product_ids", out var products))
                return null;
            foreach (var product in products.EnumerateArray())
                asked.Add((name, product.ToString()));
        }

        return asked;
    }

    private void Subscribe(Connection connection, List<(string Channel, string Product)> asked)
    {
        var added = asked.Where(one => !connection.Subscriptions.ContainsKey($"{one.Channel}:{one.Product}")).ToList();
        foreach (var (channel, product) in added)
        {
            var market = venue.FindSymbol(product)!;
            var name = $"{channel}:{product}";
            switch (channel)
            {
                case "matches": venue.Subscribe(connection, name, market.Trades.Channel(channel)); break;
                case "level2_batch": venue.Subscribe(connection, name, market.Depth.Channel(channel)); break;
                default:
                    venue.Subscribe(connection, name, null);
                    connection.Heartbeats.Add(market);
                    break;
            }
        }

        List(connection);
        foreach (var (channel, product) in added)
            Greet(connection, channel, product);
    }

    /// <summary>Sends the initial state of a subscription. The exchange is locked, so no event comes between this and the first diff.</summary>
    private void Greet(Connection connection, string channel, string product)
    {
        var market = venue.FindSymbol(product)!;
        text.Clear();
        if (channel == "level2_batch")
            CoinbaseFrames.WriteSnapshot(text, market);
        else if (channel == "matches" && market.History.Count > 0)
            CoinbaseFrames.WriteMatch(text, market.Spec, "last_match", market.History.Last());
        if (text.Length > 0)
            connection.Say(text);
    }

    private void Unsubscribe(Connection connection, List<(string Channel, string Product)> asked)
    {
        foreach (var (channel, product) in asked)
        {
            connection.Unsubscribe($"{channel}:{product}");
            if (channel == "heartbeat")
                connection.Heartbeats.Remove(venue.FindSymbol(product)!);
        }

        List(connection);
    }

    private void List(Connection connection)
    {
        text.Clear().Add("{\"type\":\"subscriptions\",\"channels\":["u8);
        foreach (var channel in connection.Subscriptions.Keys.GroupBy(name => name[..name.IndexOf(':')]))
        {
            text.Add("{\"name\":\""u8).Add(channel.Key).Add("\",\"product_ids\":["u8);
            foreach (var name in channel)
                text.Add("\""u8).Add(name[(channel.Key.Length + 1)..]).Add("\","u8);
            text.Uncomma().Add("]},"u8);
        }

        connection.Say(text.Uncomma().Add("]}"u8));
    }

    private void Refuse(Connection connection, string reason)
    {
        venue.Counters.Refuse("request");
        connection.Say(text.Clear().Add("{\"type\":\"error\",\"message\":\"Failed to subscribe\",\"reason\":\""u8).Add(reason).Add("\"}"u8));
    }
}
