using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Ingester.Integration.Tests.Live;

/// <summary>A WebSocket client of the live stream.</summary>
internal sealed class LiveSocket : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly HttpMessageInvoker invoker;
    private readonly Queue<string> lines = new();
    private readonly byte[] buffer = new byte[1 << 20];

    private LiveSocket(int? receiveBuffer) => invoker = new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancel) =>
        {
            var connection = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (receiveBuffer is { } size)
                connection.ReceiveBufferSize = size; // before the connection, so that the kernel announces a small window
            await connection.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(connection, ownsSocket: true);
        },
    });

    public static async Task<LiveSocket> ConnectAsync(Uri recorder, string query, CancellationToken cancel, int? receiveBuffer = null)
    {
        var created = new LiveSocket(receiveBuffer);
        await created.socket.ConnectAsync(new UriBuilder(new Uri(recorder, $"/live{query}")) { Scheme = "ws" }.Uri, created.invoker, cancel);
        return created;
    }

    public async Task<List<string>> ReadToEndAsync(CancellationToken cancel)
    {
        var all = new List<string>();
        while (await ReadLineAsync(cancel) is { } line)
            all.Add(line);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
        return all;
    }

    /// <summary>The next line; null at the end.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancel)
    {
        while (lines.Count == 0)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
                return null;
            }

            Assert.Equal((byte)'\n', buffer[length - 1]);
            foreach (var line in Encoding.UTF8.GetString(buffer, 0, length - 1).Split('\n'))
                lines.Enqueue(line);
        }

        return lines.Dequeue();
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        invoker.Dispose();
        return ValueTask.CompletedTask;
    }
}
