using System.Net.WebSockets;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>Opens a WebSocket.</summary>
/// <param name="address">The address.</param>
/// <param name="headers">Headers of the handshake besides those of the protocol.</param>
/// <param name="stop">Cancels the attempt.</param>
/// <exception cref="ConnectionException">No connection could be opened.</exception>
internal delegate Task<WebSocket> WebSocketFactory(Uri address, IReadOnlyDictionary<string, string> headers, CancellationToken stop);
