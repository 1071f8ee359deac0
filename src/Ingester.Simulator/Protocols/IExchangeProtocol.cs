using System.Text.Json;
using Ingester.Simulator.Connections;

namespace Ingester.Simulator.Protocols;

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
