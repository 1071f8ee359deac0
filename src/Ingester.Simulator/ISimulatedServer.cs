namespace Ingester.Simulator;

/// <summary>A server that recorders use in the place of exchanges.</summary>
internal interface ISimulatedServer
{
    /// <summary>The exchanges it serves.</summary>
    IReadOnlyCollection<string> Exchanges { get; }

    /// <summary>Replaces scheme and authority of an exchange's WebSocket address: <c>ws://127.0.0.1:PORT/binance</c>.</summary>
    Uri WebSocketAddress(string exchange);

    /// <summary>Replaces scheme and authority of an exchange's REST address: <c>http://127.0.0.1:PORT/binance</c>.</summary>
    Uri RestAddress(string exchange);
}
