using System.Net.Security;
using Ingester.Core.Connections;

namespace Ingester.Core.Tests.Connections.Fakes;

/// <summary>The two ways to be the client of TLS, which take any certificate unless told otherwise.</summary>
internal static class TlsClient
{
    public static TlsStream Ours(Stream stream, string host) => TlsStream.Connect(stream, host, (shown, _) => shown.Count > 0);

    public static SslStream Framework(Stream stream, string host) => Framework(stream, host, (_, shown, _, _) => shown is not null);

    public static SslStream Framework(Stream stream, string host, RemoteCertificateValidationCallback takes)
    {
        var secure = new SslStream(stream);
        secure.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = takes });
        return secure;
    }
}
