using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Simulator;

/// <summary>A client that knows nothing but WebSocket and JSON.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[1 << 20];

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public static async Task<RawClient> ConnectAsync(ExchangeSimulator simulator, string exchange, string path)
    {
        var client = new RawClient();
        using var deadline = new CancellationTokenSource(Patience);
        await client.socket.ConnectAsync(new Uri(simulator.WebSocketAddress(exchange) + path), deadline.Token);
        return client;
    }

    /// <summary>A connection whose receive buffer is tiny, and which is not read.</summary>
    public static async Task<RawClient> ConnectSlowlyAsync(ExchangeSimulator simulator, string exchange, string path)
    {
        var client = new RawClient();
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, stop) =>
            {
                var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
                await tcp.ConnectAsync(context.DnsEndPoint, stop);
                return new NetworkStream(tcp, ownsSocket: true);
            },
        };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        using var deadline = new CancellationTokenSource(Patience);
        await client.socket.ConnectAsync(new Uri(simulator.WebSocketAddress(exchange) + path), invoker, deadline.Token);
        return client;
    }

    public async Task SayAsync(string text)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
    }

    /// <summary>The next message as text; null when the server has said goodbye.</summary>
    public async Task<string?> HearAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), deadline.Token);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    public async Task<JsonElement> HearJsonAsync() => Parse(await HearAsync() ?? throw new InvalidOperationException("The server closed."));

    public async Task<List<JsonElement>> HearJsonAsync(int count)
    {
        var received = new List<JsonElement>(count);
        while (received.Count < count)
            received.Add(await HearJsonAsync());
        return received;
    }

    public async Task<List<string>> HearAsync(int count)
    {
        var received = new List<string>(count);
        while (received.Count < count)
            received.Add(await HearAsync() ?? throw new InvalidOperationException("The server closed."));
        return received;
    }

    public static JsonElement Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    /// <summary>The row of a trade as a recorder is to store it.</summary>
    public static string Row(long id, long micros, string side, (string Price, string Size) digits) =>
        $"{{\"id\":\"{id}\",\"ts\":{micros},\"side\":\"{side}\",\"price\":\"{digits.Price}\",\"size\":\"{digits.Size}\"}}";

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
