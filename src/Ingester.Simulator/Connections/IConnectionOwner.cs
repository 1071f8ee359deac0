namespace Ingester.Simulator.Connections;

/// <summary>The exchange that a connection belongs to. Called by the loops of the connection.</summary>
internal interface IConnectionOwner
{
    /// <summary>A client has sent a message.</summary>
    void OnMessage(ClientConnection connection, ReadOnlyMemory<byte> message);

    /// <summary>A client has sent a close frame.</summary>
    void OnCloseReceived(ClientConnection connection);

    /// <summary>A client does not read; called under the lock of the exchange.</summary>
    void OnSlowReader(ClientConnection connection);

    /// <summary>A client has disconnected or was disconnected.</summary>
    void OnDisconnected(ClientConnection connection);
}
