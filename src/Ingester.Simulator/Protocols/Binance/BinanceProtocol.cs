using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Simulator.Connections;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols.Binance;

/// <summary>
/// Subscriptions of the Binance family: in the URL, or by <c>SUBSCRIBE</c>, <c>UNSUBSCRIBE</c> and <c>LIST_SUBSCRIPTIONS</c>. As on the real
/// exchange, a stream that does not exist is acknowledged and sends nothing.
/// </summary>
internal sealed class BinanceProtocol(ProtocolContext exchange) : IExchangeProtocol
{
    private readonly Utf8Builder text = new();

    /// <inheritdoc/>
    public void OnConnected(ClientConnection connection, string query)
    {
        var streams = System.Web.HttpUtility.ParseQueryString(query)["streams"];
        foreach (var name in (streams ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries))
            connection.Subscribe(name, FindChannel(connection, name));
    }

    /// <inheritdoc/>
    public void OnMessage(ClientConnection connection, JsonElement message)
    {
        var id = message.TryGetProperty("id", out var given) ? given.GetRawText() : "null";
        var method = message.TryGetProperty("method", out var called) ? called.GetString() : null;
        switch (method)
        {
            case "SUBSCRIBE" when RequestedStreams(message) is { } names: Subscribe(connection, names, id); break;
            case "UNSUBSCRIBE" when RequestedStreams(message) is { } names: Unsubscribe(connection, names, id); break;
            case "LIST_SUBSCRIPTIONS": SendSubscriptions(connection, id); break;
            default: SendError(connection, id, "Invalid request: unknown method or malformed params"); break;
        }
    }

    /// <inheritdoc/>
    public void OnTimer(ClientConnection connection, long micros)
    {
        // Binance keeps connections alive with protocol pings, which the connection sends.
    }

    private static List<string>? RequestedStreams(JsonElement message) =>
        message.TryGetProperty("params", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(name => name.ToString())]
            : null;

    private void Subscribe(ClientConnection connection, List<string> names, string id)
    {
        var added = names.Count(name => !connection.Subscriptions.ContainsKey(name));
        if (connection.Subscriptions.Count + added > exchange.MaxStreamsPerConnection)
        {
            SendError(connection, id, "Invalid request: too many streams on one connection");
            return;
        }

        connection.SendText(text.Clear().Add("{\"result\":null,\"id\":"u8).Add(id).Add("}"u8));
        foreach (var name in names)
            connection.Subscribe(name, FindChannel(connection, name));
    }

    private void Unsubscribe(ClientConnection connection, List<string> names, string id)
    {
        foreach (var name in names)
            connection.Unsubscribe(name);
        connection.SendText(text.Clear().Add("{\"result\":null,\"id\":"u8).Add(id).Add("}"u8));
    }

    private void SendSubscriptions(ClientConnection connection, string id)
    {
        text.Clear().Add("{\"result\":["u8);
        foreach (var name in connection.Subscriptions.Keys)
            text.Add("\""u8).Add(name).Add("\","u8);
        connection.SendText(text.TrimComma().Add("],\"id\":"u8).Add(id).Add("}"u8));
    }

    private void SendError(ClientConnection connection, string id, string reason)
    {
        exchange.Counters.CountRefusal("request");
        connection.SendText(text.Clear().Add("{\"error\":{\"code\":2,\"msg\":\""u8).Add(reason).Add("\"},\"id\":"u8).Add(id).Add("}"u8));
    }

    /// <summary>The channel of a stream name; null if it does not exist or is not served on the path of the connection.</summary>
    private StreamChannel? FindChannel(ClientConnection connection, string name)
    {
        var parts = name.Split('@');
        if (parts.Length < 2 || parts[0].Any(char.IsUpper) || exchange.Markets.FindSymbol(parts[0].ToUpperInvariant()) is not { } market)
            return null;
        Dataset? dataset = parts[1..] switch
        {
            ["trade"] => Dataset.Trades,
            ["aggTrade"] => Dataset.AggTrades,
            ["depth"] or ["depth", "0ms" or "100ms" or "250ms" or "500ms" or "1000ms"] => Dataset.Depth,
            _ => null,
        };
        var served = connection.Path switch
        {
            "/public/stream" => dataset is Dataset.Trades or Dataset.Depth,
            "/market/stream" => dataset is Dataset.AggTrades,
            _ => dataset is not null,
        };
        return served ? market.Stream(dataset!.Value).GetOrAddChannel(name) : null;
    }
}
