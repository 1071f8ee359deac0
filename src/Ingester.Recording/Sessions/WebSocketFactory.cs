using System.Net.WebSockets;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>Opens a WebSocket.</summary>
/// <exception cref="ConnectionException">No connection could be opened.</exception>
internal delegate Task<WebSocket> WebSocketFactory(Uri address, CancellationToken stop);
