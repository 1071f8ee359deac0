using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Ingester.WebSockets.Sockets;
using Ingester.WebSockets.Tls;

namespace Ingester.Testing.Fakes;

/// <summary>TLS over loopback: the client as connections have it, over a socket that an event loop reads, and any server.</summary>
internal static class TlsPair
{
    /// <summary>The host that certificates of tests are issued for.</summary>
    public const string Host = "exchange.test";

    /// <summary>Opens TLS as connections do, but accepts any certificate; from then on the loop reads.</summary>
    public static async Task<SslStream> ClientAsync(Socket socket, EventLoop loop)
    {
        var connection = new EventLoopStream(socket);
        var secure = new SslStream(connection);
        await Task.Run(() => secure.AuthenticateAsClient(TlsHandshake.CreateOptions(Host, (_, shown, _, _) => shown is not null))).WaitAsync(FakeServer.Deadline);
        connection.AttachTo(loop);
        return secure;
    }

    /// <summary>A server with a certificate.</summary>
    public static SslServerAuthenticationOptions Server(X509Certificate certificate) => new() { ServerCertificate = certificate };
}
