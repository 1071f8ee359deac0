using System.Text.Json;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;

namespace Ingester.Simulator.Wire;

/// <summary>Formats the events of an exchange as frames.</summary>
internal interface IFrameWriter
{
    /// <summary>True when all trades of one order are sent in one frame.</summary>
    bool CanGroupTrades { get; }

    /// <summary>Writes the frame of an event for one channel; returns false when the channel does not show the event.</summary>
    bool Write(Utf8Builder frame, StreamChannel channel, SimulatedEvent happened);

    /// <summary>The level updates that a recorder of the stream receives, in frame order; empty when it receives nothing.</summary>
    IReadOnlyList<LevelUpdate> VisibleUpdates(SimulatedStream stream, SimulatedEvent happened);
}

/// <summary>The WebSocket protocol of an exchange. Called under the lock of the exchange.</summary>
internal interface IExchangeProtocol
{
    /// <summary>A client has connected.</summary>
    void OnConnected(ClientConnection connection, string query);

    /// <summary>A client has sent a message.</summary>
    void OnMessage(ClientConnection connection, JsonElement message);

    /// <summary>Called by a timer: sends heartbeats.</summary>
    void OnTimer(ClientConnection connection, long micros);
}

/// <summary>The REST endpoints of an exchange. Called under the lock of the exchange.</summary>
internal interface IRestEndpoints
{
    /// <summary>The weight of the request.</summary>
    int Weight(SimulatedRestRequest request);

    /// <summary>Writes the response body and returns the status code.</summary>
    int Respond(SimulatedRestRequest request, Utf8Builder body);
}

/// <summary>A GET request.</summary>
/// <param name="Path">The path below that of the exchange.</param>
/// <param name="Query">Returns the value of a query parameter; null when it is not given.</param>
internal sealed record SimulatedRestRequest(string Path, Func<string, string?> Query)
{
    /// <summary>True when the request has an API key.</summary>
    public bool HasApiKey { get; init; }

    /// <summary>The requested symbol; empty for none.</summary>
    public string Symbol => Query("symbol") ?? "";

    /// <summary>The requested number of levels or trades; null for the default.</summary>
    public int? Limit => (int?)Number("limit");

    /// <summary>An integer query parameter; null when it is not given.</summary>
    public long? Number(string name) => long.TryParse(Query(name), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
