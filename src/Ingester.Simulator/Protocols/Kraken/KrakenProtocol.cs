using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Simulator.Connections;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols.Kraken;

/// <summary>
/// Subscriptions of Kraken's WebSocket API version 2: one acknowledgement per symbol, then the snapshot, and a heartbeat after a second without
/// messages.
/// </summary>
internal sealed class KrakenProtocol(ProtocolContext exchange) : IExchangeProtocol
{
    private const long HeartbeatMicros = 1_000_000;
    private const int DefaultDepth = 10;
    private static readonly int[] Depths = [10, 25, 100, 500, 1_000];
    private readonly KrakenFrameWriter frames = new();
    private readonly Utf8Builder text = new();

    /// <inheritdoc/>
    public void OnConnected(ClientConnection connection, string query) => connection.SendText(text.Clear()
        .Add("{\"channel\":\"status\",\"type\":\"update\",\"data\":["u8)
        .Add("{\"version\":\"2.0.10\",\"system\":\"online\",\"api_version\":\"v2\",\"connection_id\":"u8)
        .Number(connection.Id).Add("}]}"u8));

    /// <inheritdoc/>
    public void OnMessage(ClientConnection connection, JsonElement message)
    {
        var method = message.TryGetProperty("method", out var called) ? called.GetString() : null;
        var request = message.TryGetProperty("req_id", out var id) ? id.GetRawText() : null;
        if (method == "ping")
            SendResponse(connection, "\"method\":\"pong\"", request);
        else if (method is "subscribe" or "unsubscribe" && SubscriptionParameters.Read(message) is { } parameters)
            foreach (var symbol in parameters.Symbols)
                HandleSymbol(connection, parameters, symbol, new(method, request));
        else
            SendError(connection, new(method ?? "unknown", request), "Malformed request", null);
    }

    /// <inheritdoc/>
    public void OnTimer(ClientConnection connection, long micros)
    {
        if (connection.Subscriptions.Count > 0 && micros - connection.LastSent >= HeartbeatMicros)
            connection.SendText(text.Clear().Add("{\"channel\":\"heartbeat\"}"u8));
    }

    private void HandleSymbol(ClientConnection connection, SubscriptionParameters parameters, string symbol, Request request)
    {
        var name = $"{parameters.Channel}:{symbol}";
        var subscribes = request.Method == "subscribe";
        if (parameters.Channel is not ("book" or "trade"))
            SendError(connection, request, "Channel field not supported", symbol);
        else if (parameters.Channel == "book" && !Depths.Contains(parameters.Depth))
            SendError(connection, request, "Depth not supported", symbol);
        else if (exchange.Markets.FindSymbol(symbol) is not { State: not MarketState.Delisted } market)
            SendError(connection, request, $"Currency pair not supported {symbol}", symbol);
        else if (subscribes && connection.Subscriptions.ContainsKey(name))
            SendError(connection, request, "Already subscribed", symbol);
        else if (!subscribes && !connection.Subscriptions.ContainsKey(name))
            SendError(connection, request, "Subscription Not Found", symbol);
        else
        {
            Acknowledge(connection, request, parameters, symbol);
            if (!subscribes)
                connection.Unsubscribe(name);
            else if (parameters.Channel == "book")
                SubscribeBook(connection, name, market, parameters);
            else
                SubscribeTrades(connection, name, market, parameters);
        }
    }

    private void SubscribeBook(ClientConnection connection, string name, SimulatedMarket market, SubscriptionParameters parameters)
    {
        connection.Subscribe(name, market.Depth.GetOrAddChannel("book", parameters.Depth));
        text.Clear();
        frames.WriteSnapshot(text, market, parameters.Depth);
        if (parameters.Snapshot)
            connection.SendText(text);
    }

    private void SubscribeTrades(ClientConnection connection, string name, SimulatedMarket market, SubscriptionParameters parameters)
    {
        connection.Subscribe(name, market.Trades.GetOrAddChannel("trade"));
        text.Clear();
        KrakenFrameWriter.WriteTrades(text, market.Spec, "snapshot", market.RecentTrades);
        if (parameters.Snapshot && market.RecentTrades.Count > 0)
            connection.SendText(text);
    }

    private void Acknowledge(ClientConnection connection, Request request, SubscriptionParameters parameters, string symbol)
    {
        var depth = parameters.Channel == "book" ? $"\"depth\":{parameters.Depth}," : "";
        var snapshot = request.Method == "subscribe" ? $"\"snapshot\":{(parameters.Snapshot ? "true" : "false")}," : "";
        SendResponse(
            connection,
            $"\"method\":\"{request.Method}\","
            + $"\"result\":{{\"channel\":\"{parameters.Channel}\",{depth}{snapshot}\"symbol\":\"{symbol}\"}},\"success\":true",
            request.Id);
    }

    private void SendError(ClientConnection connection, Request request, string reason, string? symbol)
    {
        exchange.Counters.CountRefusal("request");
        var named = symbol is null ? "" : $",\"symbol\":{JsonSerializer.Serialize(symbol)}";
        SendResponse(
            connection,
            $"\"error\":{JsonSerializer.Serialize(reason)},\"method\":{JsonSerializer.Serialize(request.Method)},\"success\":false{named}",
            request.Id);
    }

    private void SendResponse(ClientConnection connection, string content, string? request)
    {
        text.Clear().Add("{"u8).Add(content);
        if (request is not null)
            text.Add(",\"req_id\":"u8).Add(request);
        connection.SendText(text.Add(",\"time_in\":\""u8).Timestamp(exchange.NowMicros).Add("\",\"time_out\":\""u8).Timestamp(exchange.NowMicros).Add("\"}"u8));
    }

    private sealed record Request(string Method, string? Id);

    private sealed record SubscriptionParameters(string Channel, IReadOnlyList<string> Symbols, int Depth, bool Snapshot)
    {
        public static SubscriptionParameters? Read(JsonElement message)
        {
            if (!message.TryGetProperty("params", out var given)
                || !given.TryGetProperty("channel", out var channel)
                || !given.TryGetProperty("symbol", out var symbols)
                || symbols.ValueKind != JsonValueKind.Array)
                return null;
            return new(
                channel.ToString(),
                [.. symbols.EnumerateArray().Select(symbol => symbol.ToString())],
                given.TryGetProperty("depth", out var depth) ? depth.GetInt32() : DefaultDepth,
                !given.TryGetProperty("snapshot", out var snapshot) || snapshot.GetBoolean());
        }
    }
}
