using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Ingester.Live;

/// <summary>
/// Who may read the live stream: clients with the token, or without a configured token the clients on this machine. Then a request of a web page of
/// another site is rejected as well: browsers permit every page to open WebSockets to this machine.
/// </summary>
/// <param name="token">The token; empty for none.</param>
internal sealed class LiveAccess(string token)
{
    /// <summary>The query parameter for clients that cannot send headers, such as browsers.</summary>
    public const string TokenParameter = "token";

    private const string Scheme = "Bearer ";

    private readonly byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Returns status and reason of the rejection of a request; null when it is accepted.</summary>
    public (int Status, string Reason)? FindRejection(HttpContext context)
    {
        if (token.Length > 0)
            return IsTokenValid(context.Request) ? null
                : (StatusCodes.Status401Unauthorized, "The live stream needs the token of Ingester:Live:Token, as the header \"Authorization: Bearer TOKEN\" or as the parameter \"token\".");
        if (context.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
            return (StatusCodes.Status403Forbidden, "Without Ingester:Live:Token, the live stream accepts only clients on the machine of the recorder.");
        if (context.Request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{context.Request.Scheme}://{context.Request.Host}")
            return (StatusCodes.Status403Forbidden, $"Without Ingester:Live:Token, the live stream accepts no requests of web pages of {origin}.");
        return null;
    }

    private bool IsTokenValid(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization].ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..] : request.Query[TokenParameter].ToString();
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), expected);
    }
}
