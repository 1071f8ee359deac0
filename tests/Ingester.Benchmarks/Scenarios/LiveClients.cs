using System.Net.WebSockets;
using System.Text.Json;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>Clients of the live stream of a recorder. All but one read everything; the last one never reads.</summary>
internal sealed class LiveClients : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource patience = new();
    private readonly ClientWebSocket silent = new();
    private readonly Uri address;
    private readonly Task connected;
    private readonly List<Task> reading;
    private long received;
    private long missed;

    /// <summary>Connects the clients.</summary>
    public LiveClients(Uri recorder, int count)
    {
        address = new UriBuilder(new Uri(recorder, "/live?dataset=trades,depth")) { Scheme = "ws" }.Uri;
        connected = silent.ConnectAsync(address, patience.Token);
        reading = [.. Enumerable.Range(0, count - 1).Select(_ => Task.Run(ReadAsync))];
    }

    /// <summary>Rows that the clients received that read.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <summary>Rows that the clients missed that read.</summary>
    public long Missed => Interlocked.Read(ref missed);

    /// <summary>Waits until the stopped recorder has ended the streams.</summary>
    public async ValueTask DisposeAsync()
    {
        patience.CancelAfter(Patience);
        await connected;
        await Task.WhenAll(reading);
        silent.Dispose();
        patience.Dispose();
    }

    private async Task ReadAsync()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, patience.Token);
        var buffer = new byte[256 << 10];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                break;
            length += part.Count;
            if (!part.EndOfMessage)
                continue;
            Count(buffer.AsSpan(0, length));
            length = 0;
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
    }

    private void Count(ReadOnlySpan<byte> lines)
    {
        var rows = lines.Count("\"row\":{"u8);
        Interlocked.Add(ref received, rows);
        if (lines.IndexOf("\"mark\":\"missed\""u8) < 0)
            return;
        foreach (var range in lines.Split((byte)'\n'))
            if (lines[range].IndexOf("\"mark\":\"missed\""u8) >= 0)
                Interlocked.Add(ref missed, JsonDocument.Parse(lines[range].ToArray()).RootElement.GetProperty("rows").GetInt64());
    }
}
