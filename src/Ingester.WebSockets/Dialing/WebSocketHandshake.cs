using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Ingester.WebSockets.Dialing;

/// <summary>The opening handshake of a WebSocket client (RFC 6455, section 4.1).</summary>
/// <param name="address">The address.</param>
/// <param name="headers">Headers of the request besides those of the protocol: names are tokens, values printable ASCII.</param>
internal sealed class WebSocketHandshake(Uri address, IReadOnlyDictionary<string, string> headers)
{
    private const int MaxResponseBytes = 1 << 16;
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <summary>Sends the request, reads the response and validates it.</summary>
    /// <returns>Bytes that were received after the response.</returns>
    /// <exception cref="ConnectionException">The exchange refused, or the response is not valid.</exception>
    public ReadOnlyMemory<byte> Perform(Stream stream, DateTimeOffset now)
    {
        var host = address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}";
        var others = string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\n"));
        stream.Write(Encoding.ASCII.GetBytes($"""
            GET {address.PathAndQuery} HTTP/1.1
            Host: {host}
            User-Agent: {WebSocketDialer.UserAgent}
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: {key}
            {others}

            """.ReplaceLineEndings("\r\n")));
        var bytes = new byte[MaxResponseBytes];
        var length = 0;
        int end;
        while ((end = bytes.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var count = length == bytes.Length ? 0 : stream.Read(bytes, length, bytes.Length - length);
            length += count > 0 ? count : throw InvalidResponse(length == 0 ? "with nothing" : $"with headers that are incomplete or longer than {MaxResponseBytes} bytes");
        }

        Validate(Encoding.Latin1.GetString(bytes, 0, end).Split("\r\n"), now);
        return bytes.AsMemory(end + 4, length - end - 4);
    }

    /// <summary>Creates the exception for a response with a status other than 101.</summary>
    public static ConnectionException CreateRefusal(HttpStatusCode status, string? retryAfter, DateTimeOffset now, Exception? cause = null)
    {
        var kind = RetryAfterHeader.IsRateLimited(status) ? ConnectionFaultKind.Limited : ConnectionFaultKind.Refused;
        return new(kind, $"The WebSocket handshake failed: the exchange answered HTTP {(int)status}.", cause) { RetryAfter = RetryAfterHeader.Parse(retryAfter, now) };
    }

    private void Validate(string[] lines, DateTimeOffset now)
    {
        var first = lines[0].Split(' ', 3);
        if (first.Length < 2 || !first[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || !int.TryParse(first[1], NumberStyles.None, null, out var status))
            throw InvalidResponse($"with the status line \"{lines[0]}\"");
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).Where(header => header.Length == 2)
            .ToLookup(header => header[0].Trim(), header => header[1].Trim(), StringComparer.OrdinalIgnoreCase);
        if (status != (int)HttpStatusCode.SwitchingProtocols)
            throw CreateRefusal((HttpStatusCode)status, headers["Retry-After"].FirstOrDefault(), now);
        if (!HasToken(headers["Upgrade"], "websocket") || !HasToken(headers["Connection"], "Upgrade"))
            throw InvalidResponse("with HTTP 101 but without the upgrade to WebSocket");
#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1; it only proves that the server understood the request
        var proof = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptGuid)));
#pragma warning restore CA5350
        if (!headers["Sec-WebSocket-Accept"].SequenceEqual([proof]))
            throw InvalidResponse("with a wrong Sec-WebSocket-Accept");
        if (headers.Contains("Sec-WebSocket-Extensions") || headers.Contains("Sec-WebSocket-Protocol"))
            throw InvalidResponse("with an extension or subprotocol that was not requested");
    }

    private static bool HasToken(IEnumerable<string> values, string token) =>
        values.SelectMany(value => value.Split(',')).Any(value => value.Trim().Equals(token, StringComparison.OrdinalIgnoreCase));

    private static ConnectionException InvalidResponse(string answer) => new(ConnectionFaultKind.Unreachable, $"The WebSocket handshake failed: the exchange answered {answer}.");
}
