using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Ingester.WebSockets;
using Ingester.WebSockets.Dialing;

namespace Ingester.Tests.WebSockets.Dialing;

public sealed class WebSocketHandshakeTests
{
    private const string Good = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nconnection: keep-alive, upgrade\r\nSec-WebSocket-Accept: PROOF\r\n";

    [Fact]
    public async Task Bytes_after_the_handshake_response_are_passed_to_the_socket()
    {
        var (ahead, asked) = await PerformAsync(Good + "\r\nabc");
        Assert.Equal("abc"u8.ToArray(), ahead.ToArray());
        Assert.StartsWith("GET /stream?a=b HTTP/1.1\r\nHost: localhost:1234\r\n", asked, StringComparison.Ordinal);
        Assert.EndsWith("==\r\n\r\n", asked, StringComparison.Ordinal); // the key is the last header
    }

    [Fact]
    public async Task Headers_of_the_exchange_follow_those_of_the_protocol()
    {
        var (_, asked) = await PerformAsync(Good + "\r\n", new Dictionary<string, string> { ["X-Size-Decimal"] = "1", ["X-Other"] = "a b" });
        Assert.EndsWith("==\r\nX-Size-Decimal: 1\r\nX-Other: a b\r\n\r\n", asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "Refused", "HTTP 200")]
    [InlineData("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n\r\n", "Limited", "HTTP 429")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", "Unreachable", "SSH-2.0-OpenSSH")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", "Unreachable", "without the upgrade")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n", "Unreachable", "a wrong Sec-WebSocket-Accept")]
    [InlineData(Good + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", "Unreachable", "not requested")]
    [InlineData("HTTP/1.1 101 Switching Proto", "Unreachable", "incomplete")]
    [InlineData("", "Unreachable", "nothing")]
    public async Task An_answer_that_is_not_as_it_should_be_is_refused_in_words(string answer, string kind, string words)
    {
        var refused = await Assert.ThrowsAsync<ConnectionException>(() => PerformAsync(answer));
        Assert.Equal(kind, refused.Kind.ToString());
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    private static async Task<(ReadOnlyMemory<byte> Ahead, string Asked)> PerformAsync(string answer, IReadOnlyDictionary<string, string>? headers = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using var server = await listener.AcceptTcpClientAsync();
        var asking = Task.Run(() => new WebSocketHandshake(new("ws://localhost:1234/stream?a=b"), headers ?? new Dictionary<string, string>()).Perform(client.GetStream(), DateTimeOffset.UnixEpoch));
        var asked = "";
        var buffer = new byte[4096];
        while (!asked.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            asked += Encoding.ASCII.GetString(buffer, 0, await server.GetStream().ReadAsync(buffer));
        var key = asked.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
#pragma warning disable CA5350 // the protocol names it
        var proof = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await server.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer.Replace("PROOF", proof, StringComparison.Ordinal)));
        server.Close();
        return (await asking, asked);
    }
}
