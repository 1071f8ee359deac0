using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Simulator.Connections;
using Ingester.Simulator.Frames;

namespace Ingester.Simulator.Protocols.Coinbase;

/// <summary>
/// Subscriptions of Coinbase Exchange: the response lists all subscriptions, then the last match or the snapshot of each product follows.
/// <c>level2</c> and <c>full</c> require authentication, as on the real exchange.
/// </summary>
internal sealed class CoinbaseProtocol(ProtocolContext exchange) : IExchangeProtocol
{
    private const long HeartbeatMicros = 1_000_000;
    private static readonly string[] PublicChannels = ["matches", "level2_batch", "heartbeat"];
    private readonly Utf8Builder text = new();

    /// <inheritdoc/>
    public void OnConnected(ClientConnection connection, string query)
    {
        // The exchange sends nothing before the first request.
    }

    /// <inheritdoc/>
    public void OnMessage(ClientConnection connection, JsonElement message)
    {
        var type = message.TryGetProperty("type", out var given) ? given.GetString() : null;
        if (type is not ("subscribe" or "unsubscribe") || ParseChannels(message) is not { } requested)
        {
            SendError(connection, "Malformed message");
            return;
        }

        foreach (var (channel, product) in requested)
        {
            if (!PublicChannels.Contains(channel, StringComparer.Ordinal))
                SendError(connection, $"{channel} requires authentication or is not a valid channel");
            else if (exchange.Markets.FindSymbol(product) is null or { State: MarketState.Delisted })
                SendError(connection, $"{product} is not a valid product");
            else
                continue;
            return;
        }

        if (type == "subscribe")
            Subscribe(connection, requested);
        else
            Unsubscribe(connection, requested);
    }

    /// <inheritdoc/>
    public void OnTimer(ClientConnection connection, long micros)
    {
        if (connection.HeartbeatMarkets.Count == 0 || micros < connection.NextHeartbeat)
            return;
        connection.NextHeartbeat = micros + HeartbeatMicros;
        foreach (var market in connection.HeartbeatMarkets)
        {
            connection.SendText(text.Clear().Add("{\"type\":\"heartbeat\",\"sequence\":"u8).Number(market.LastSequence)
                .Add(",\"last_trade_id\":"u8).Number(market.LastTradeId).Add(",\"product_id\":\""u8).Add(market.Spec.Symbol)
                .Add("\",\"time\":\""u8).Timestamp(micros).Add("\"}"u8));
        }
    }

    /// <summary>A channel is a name that applies to all products of the message, or an object with its own products.</summary>
    private static List<(string Channel, string Product)>? ParseChannels(JsonElement message)
    {
        if (!message.TryGetProperty("channels", out var channels) || channels.ValueKind != JsonValueKind.Array)
            return null;
        var requested = new List<(string, string)>();
        foreach (var channel in channels.EnumerateArray())
        {
            var named = channel.ValueKind == JsonValueKind.Object;
            var name = named ? channel.GetProperty("name").GetString() : channel.GetString();
            var source = named && channel.TryGetProperty("product_ids", out _) ? channel : message;
            if (name is null || !source.TryGetProperty("product_ids", out var products))
                return null;
            foreach (var product in products.EnumerateArray())
                requested.Add((name, product.ToString()));
        }

        return requested;
    }

    private void Subscribe(ClientConnection connection, List<(string Channel, string Product)> requested)
    {
        var added = requested.Where(one => !connection.Subscriptions.ContainsKey($"{one.Channel}:{one.Product}")).ToList();
        foreach (var (channel, product) in added)
        {
            var market = exchange.Markets.FindSymbol(product)!;
            var name = $"{channel}:{product}";
            switch (channel)
            {
                case "matches": connection.Subscribe(name, market.Trades.GetOrAddChannel(channel)); break;
                case "level2_batch": connection.Subscribe(name, market.Depth.GetOrAddChannel(channel)); break;
                default:
                    connection.Subscribe(name, null);
                    connection.HeartbeatMarkets.Add(market);
                    break;
            }
        }

        SendSubscriptions(connection);
        foreach (var (channel, product) in added)
            SendInitialState(connection, channel, product);
    }

    /// <summary>Sends the initial state of a subscription. The exchange is locked, so no event comes between this and the first diff.</summary>
    private void SendInitialState(ClientConnection connection, string channel, string product)
    {
        var market = exchange.Markets.FindSymbol(product)!;
        text.Clear();
        if (channel == "level2_batch")
            CoinbaseFrameWriter.WriteSnapshot(text, market);
        else if (channel == "matches" && market.RecentTrades.Count > 0)
            CoinbaseFrameWriter.WriteMatch(text, market.Spec, "last_match", market.RecentTrades.Last());
        if (text.Length > 0)
            connection.SendText(text);
    }

    private void Unsubscribe(ClientConnection connection, List<(string Channel, string Product)> requested)
    {
        foreach (var (channel, product) in requested)
        {
            connection.Unsubscribe($"{channel}:{product}");
            if (channel == "heartbeat")
                connection.HeartbeatMarkets.Remove(exchange.Markets.FindSymbol(product)!);
        }

        SendSubscriptions(connection);
    }

    private void SendSubscriptions(ClientConnection connection)
    {
        text.Clear().Add("{\"type\":\"subscriptions\",\"channels\":["u8);
        foreach (var channel in connection.Subscriptions.Keys.GroupBy(name => name[..name.IndexOf(':')]))
        {
            text.Add("{\"name\":\""u8).Add(channel.Key).Add("\",\"product_ids\":["u8);
            foreach (var name in channel)
                text.Add("\""u8).Add(name[(channel.Key.Length + 1)..]).Add("\","u8);
            text.TrimComma().Add("]},"u8);
        }

        connection.SendText(text.TrimComma().Add("]}"u8));
    }

    private void SendError(ClientConnection connection, string reason)
    {
        exchange.Counters.CountRefusal("request");
        connection.SendText(text.Clear().Add("{\"type\":\"error\",\"message\":\"Failed to subscribe\",\"reason\":\""u8).Add(reason).Add("\"}"u8));
    }
}
