using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Venues;

namespace Ingester.Simulator.Wire;

/// <summary>
/// Subscriptions of Kraken's WebSocket API version 2: one acknowledgement per symbol, then the snapshot, and a heartbeat after a second without
/// messages.
/// </summary>
internal sealed class KrakenProtocol(SimulatedExchange venue, KrakenFrameWriter frames) : IExchangeProtocol
{
    private const long HeartbeatMicros = 1_000_000;
    private const int DefaultDepth = 10;
    private static readonly int[] Depths = [10, 25, 100, 500, 1_000];
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
        else if (method is "subscribe" or "unsubscribe" && SubscriptionParameters.Read(message) is { } asked)
            foreach (var symbol in asked.Symbols)
                HandleSymbol(connection, asked, symbol, new(method, request));
        else
            SendError(connection, new(method ?? "unknown", request), "Malformed request", null);
    }

    /// <inheritdoc/>
    public void OnTimer(ClientConnection connection, long micros)
    {
        if (connection.Subscriptions.Count > 0 && micros - connection.LastSent >= HeartbeatMicros)
            connection.SendText(text.Clear().Add("{\"channel\":\"heartbeat\"}"u8));
    }

    private void HandleSymbol(ClientConnection connection, SubscriptionParameters asked, string symbol, Request request)
    {
        var name = $"{asked.Channel}:{symbol}";
        var subscribes = request.Method == "subscribe";
        if (asked.Channel is not ("book" or "trade"))
            SendError(connection, request, "Channel field not supported", symbol);
        else if (asked.Channel == "book" && !Depths.Contains(asked.Depth))
            SendError(connection, request, "Depth not supported", symbol);
        else if (venue.FindSymbol(symbol) is not { State: not MarketState.Delisted } market)
            SendError(connection, request, $"Currency pair not supported {symbol}", symbol);
        else if (subscribes && connection.Subscriptions.ContainsKey(name))
            SendError(connection, request, "Already subscribed", symbol);
        else if (!subscribes && !connection.Subscriptions.ContainsKey(name))
            SendError(connection, request, "Subscription Not Found", symbol);
        else
        {
            Acknowledge(connection, request, asked, symbol);
            if (!subscribes)
                connection.Unsubscribe(name);
            else if (asked.Channel == "book")
                SubscribeBook(connection, name, market, asked);
            else
                SubscribeTrades(connection, name, market, asked);
        }
    }

    private void SubscribeBook(ClientConnection connection, string name, Model.SimulatedMarket market, SubscriptionParameters asked)
    {
        venue.Subscribe(connection, name, market.Depth.GetOrAddChannel("book", asked.Depth));
        text.Clear();
        frames.WriteSnapshot(text, market, asked.Depth);
        if (asked.Snapshot)
            connection.SendText(text);
    }

    private void SubscribeTrades(ClientConnection connection, string name, Model.SimulatedMarket market, SubscriptionParameters asked)
    {
        venue.Subscribe(connection, name, market.Trades.GetOrAddChannel("trade"));
        text.Clear();
        KrakenFrameWriter.WriteTrades(text, market.Spec, "snapshot", market.RecentTrades);
        if (asked.Snapshot && market.RecentTrades.Count > 0)
            connection.SendText(text);
    }

    private void Acknowledge(ClientConnection connection, Request request, SubscriptionParameters asked, string symbol)
    {
        var depth = asked.Channel == "book" ? $"\"depth\":{asked.Depth}," : "";
        var snapshot = request.Method == "subscribe" ? $"\"snapshot\":{(asked.Snapshot ? "true" : "false")}," : "";
        SendResponse(
            connection,
            $"\"method\":\"{request.Method}\","
            + $"\"result\":{{\"channel\":\"{asked.Channel}\",{depth}{snapshot}\"symbol\":\"{symbol}\"}},\"success\":true",
            request.Id);
    }

    private void SendError(ClientConnection connection, Request request, string reason, string? symbol)
    {
        venue.Counters.CountRefusal("request");
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
        connection.SendText(text.Add(",\"time_in\":\""u8).Timestamp(venue.NowMicros).Add("\",\"time_out\":\""u8).Timestamp(venue.NowMicros).Add("\"}"u8));
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
