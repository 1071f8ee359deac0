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
internal sealed class KrakenTalk(Venue venue, KrakenFrames frames) : IVenueTalk
{
    private const long HeartbeatMicros = 1_000_000;
    private const int DefaultDepth = 10;
    private static readonly int[] Depths = [10, 25, 100, 500, 1_000];
    private readonly TextBuilder text = new();

    /// <inheritdoc/>
    public void Opened(Connection connection, string query) => connection.Say(text.Clear()
        .Add("{\"channel\":\"status\",\"type\":\"update\",\"data\":["u8)
        .Add("{\"version\":\"2.0.10\",\"system\":\"online\",\"api_version\":\"v2\",\"connection_id\":"u8)
        .Number(connection.Id).Add("}]}"u8));

    /// <inheritdoc/>
    public void Received(Connection connection, JsonElement message)
    {
        var method = message.TryGetProperty("method", out var called) ? called.GetString() : null;
        var request = message.TryGetProperty("req_id", out var id) ? id.GetRawText() : null;
        if (method == "ping")
            Answer(connection, "\"method\":\"pong\"", request);
        else if (method is "subscribe" or "unsubscribe" && Parameters.Read(message) is { } asked)
            foreach (var symbol in asked.Symbols)
                Take(connection, asked, symbol, new(method, request));
        else
            Refuse(connection, new(method ?? "unknown", request), "Malformed request", null);
    }

    /// <inheritdoc/>
    public void Beat(Connection connection, long micros)
    {
        if (connection.Subscriptions.Count > 0 && micros - connection.LastSent >= HeartbeatMicros)
            connection.Say(text.Clear().Add("{\"channel\":\"heartbeat\"}"u8));
    }

    private void Take(Connection connection, Parameters asked, string symbol, Request request)
    {
        var name = $"{asked.Channel}:{symbol}";
        var subscribes = request.Method == "subscribe";
        if (asked.Channel is not ("book" or "trade"))
            Refuse(connection, request, "Channel field not supported", symbol);
        else if (asked.Channel == "book" && !Depths.Contains(asked.Depth))
            Refuse(connection, request, "Depth not supported", symbol);
        else if (venue.FindSymbol(symbol) is not { State: not MarketState.Delisted } market)
            Refuse(connection, request, $"Currency pair not supported {symbol}", symbol);
        else if (subscribes && connection.Subscriptions.ContainsKey(name))
            Refuse(connection, request, "Already subscribed", symbol);
        else if (!subscribes && !connection.Subscriptions.ContainsKey(name))
            Refuse(connection, request, "Subscription Not Found", symbol);
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

    private void SubscribeBook(Connection connection, string name, Model.SimulatedMarket market, Parameters asked)
    {
        venue.Subscribe(connection, name, market.Depth.Channel("book", asked.Depth));
        text.Clear();
        frames.WriteSnapshot(text, market, asked.Depth);
        if (asked.Snapshot)
            connection.Say(text);
    }

    private void SubscribeTrades(Connection connection, string name, Model.SimulatedMarket market, Parameters asked)
    {
        venue.Subscribe(connection, name, market.Trades.Channel("trade"));
        text.Clear();
        KrakenFrames.WriteTrades(text, market.Spec, "snapshot", market.History);
        if (asked.Snapshot && market.History.Count > 0)
            connection.Say(text);
    }

    private void Acknowledge(Connection connection, Request request, Parameters asked, string symbol)
    {
        var depth = asked.Channel == "book" ? $"\"depth\":{asked.Depth}," : "";
        var snapshot = request.Method == "subscribe" ? $"\"snapshot\":{(asked.Snapshot ? "true" : "false")}," : "";
        Answer(
            connection,
            $"\"method\":\"{request.Method}\","
            + $"\"result\":{{\"channel\":\"{asked.Channel}\",{depth}{snapshot}\"symbol\":\"{symbol}\"}},\"success\":true",
            request.Id);
    }

    private void Refuse(Connection connection, Request request, string reason, string? symbol)
    {
        venue.Counters.Refuse("request");
        var named = symbol is null ? "" : $",\"symbol\":{JsonSerializer.Serialize(symbol)}";
        Answer(
            connection,
            $"\"error\":{JsonSerializer.Serialize(reason)},\"method\":{JsonSerializer.Serialize(request.Method)},\"success\":false{named}",
            request.Id);
    }

    private void Answer(Connection connection, string content, string? request)
    {
        text.Clear().Add("{"u8).Add(content);
        if (request is not null)
            text.Add(",\"req_id\":"u8).Add(request);
        connection.Say(text.Add(",\"time_in\":\""u8).Iso(venue.Now).Add("\",\"time_out\":\""u8).Iso(venue.Now).Add("\"}"u8));
    }

    private sealed record Request(string Method, string? Id);

    private sealed record Parameters(string Channel, IReadOnlyList<string> Symbols, int Depth, bool Snapshot)
    {
        public static Parameters? Read(JsonElement message)
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
