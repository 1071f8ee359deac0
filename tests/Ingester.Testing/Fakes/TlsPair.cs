using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Ingester.WebSockets.Sockets;
using Ingester.WebSockets.Tls;

namespace Ingester.Testing.Fakes;

/// <summary>TLS over loopback, with the client of real connections: its socket is read by an event loop.</summary>
internal static class TlsPair
{
    /// <summary>The host name in the certificates of tests.</summary>
    public const string Host = "exchange.test";

    /// <summary>Performs the handshake like real connections, but accepts any certificate; afterwards the loop reads the socket.</summary>
    public static async Task<SslStream> ClientAsync(Socket socket, EventLoop loop)
    {
        var connection = new EventLoopStream(socket);
        var secure = new SslStream(connection);
        await Task.Run(() => secure.AuthenticateAsClient(TlsHandshake.CreateOptions(Host, (_, shown, _, _) => shown is not null))).WaitAsync(FakeServer.Deadline);
        connection.AttachTo(loop);
        return secure;
    }

    /// <summary>Starts a server with a certificate.</summary>
    public static SslServerAuthenticationOptions Server(X509Certificate certificate) => new() { ServerCertificate = certificate };
}
