using System.Net.WebSockets;
using System.Text;

namespace Ingester.Testing.Fakes;

/// <summary>Sends and receives text messages, for the test's end of a socket.</summary>
internal static class SocketTexts
{
    /// <summary>The next text message, or <c>close</c> for a close frame.</summary>
    public static async Task<string> ReadAsync(this WebSocket socket)
    {
        var buffer = new byte[1 << 16];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().WaitAsync(FakeServer.Deadline);
        return received.MessageType == WebSocketMessageType.Close ? "close" : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    public static Task SayAsync(this WebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None)
            .WaitAsync(FakeServer.Deadline);

    public static Task SayBinaryAsync(this WebSocket socket, byte[] message) =>
        socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None)
            .WaitAsync(FakeServer.Deadline);
}
