using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ingester.Benchmarks.Feeding;

/// <summary>The exchange's side of one connection: answers the messages of the recorder, on its own thread.</summary>
/// <param name="socket">The socket.</param>
/// <param name="subscribed">Called with the name of every subscribed stream.</param>
internal sealed class FeedConnection(Socket socket, Action<FeedConnection, string> subscribed)
{
    private const int MaskSize = 4;

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(20); // like the exchange: without pings, the recorder closes a connection that is silent for a minute

    private readonly Lock sending = new();
    private readonly List<string> streams = [];

    /// <summary>Sends the bytes of one frame; blocks while the recorder does not read.</summary>
    public void Send(ReadOnlySpan<byte> wire)
    {
        lock (sending)
            while (wire.Length > 0)
                wire = wire[socket.Send(wire)..];
    }

    /// <summary>Answers messages until the connection ends.</summary>
    public void Run()
    {
        try
        {
            socket.NoDelay = true;
            using var stream = new NetworkStream(socket, ownsSocket: true);
            Greet(stream);
            using var pings = new Timer(_ => Ping(), null, PingInterval, PingInterval);
            while (Answer(stream))
            {
            }
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // The recorder was killed, or it has sent a close frame.
        }
    }

    private void Ping()
    {
        try
        {
            Send([0x89, 0]);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // The read loop ends too.
        }
    }

    private static bool IsGone(Exception error) => error is IOException or SocketException or ObjectDisposedException;

    private void Greet(NetworkStream stream)
    {
        var request = new StringBuilder();
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            request.Append((char)Read(stream, 1)[0]);
        var key = request.ToString().Split("\r\n").First(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':')[1].Trim();
#pragma warning disable CA5350 // RFC 6455 requires SHA-1
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        Send(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
    }

    /// <summary>Reads one frame; false for a close frame.</summary>
    private bool Answer(NetworkStream stream)
    {
        const int close = 8, ping = 9, text = 1;
        var head = Read(stream, 2);
        var length = head[1] & 0x7F;
        if (length == 126)
            length = BinaryPrimitives.ReadUInt16BigEndian(Read(stream, 2));
        else if (length == 127)
            length = (int)BinaryPrimitives.ReadInt64BigEndian(Read(stream, 8));
        var mask = Read(stream, MaskSize);
        var content = Read(stream, length);
        for (var i = 0; i < length; i++)
            content[i] ^= mask[i % MaskSize];
        switch (head[0] & 0xF)
        {
            case text: Serve(content); return true;
            case ping: Send([0x8A, (byte)length, .. content]); return true;
            case close: Send([0x88, (byte)length, .. content]); return false;
            default: return true;
        }
    }

    private void Serve(byte[] content)
    {
        using var json = JsonDocument.Parse(content);
        var id = json.RootElement.GetProperty("id").GetRawText();
        if (json.RootElement.GetProperty("method").ValueEquals("LIST_SUBSCRIPTIONS"))
        {
            Send(Text($$"""{"result":{{JsonSerializer.Serialize(streams)}},"id":{{id}}}"""));
            return;
        }

        var asked = json.RootElement.GetProperty("params").EnumerateArray().Select(name => name.GetString()!).ToList();
        streams.AddRange(asked);
        Send(Text($$"""{"result":null,"id":{{id}}}"""));
        foreach (var name in asked)
            subscribed(this, name);
    }

    private static byte[] Text(string text)
    {
        var header = text.Length < 126 ? new byte[] { 0x81, (byte)text.Length } : [0x81, 126, (byte)(text.Length >> 8), (byte)text.Length];
        return [.. header, .. Encoding.ASCII.GetBytes(text)];
    }

    private static byte[] Read(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
