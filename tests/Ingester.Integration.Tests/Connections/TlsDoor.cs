using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Ingester.Testing.Fakes;

namespace Ingester.Integration.Tests.Connections;

/// <summary>A TLS server on loopback, with a certificate that it issued to itself, before a server that speaks plainly.</summary>
internal sealed class TlsDoor : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly X509Certificate2 certificate;
    private readonly int behind;
    private readonly Task accepting;

    /// <summary>Opens the door.</summary>
    /// <param name="host">The host name that the certificate is for.</param>
    /// <param name="behind">The port on loopback of the server behind it.</param>
    public TlsDoor(string host, int behind)
    {
        this.behind = behind;
        certificate = TestCertificate.For(host);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What a client must trust, as OpenSSL reads it.</summary>
    public string Certificate => certificate.ExportCertificatePem();

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await accepting;
        certificate.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
                passing.Add(PassAsync(await listener.AcceptTcpClientAsync(end.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var plain = new TcpClient();
        using (client)
            try
            {
                await using var secure = new SslStream(client.GetStream());
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, end.Token);
                await plain.ConnectAsync(IPAddress.Loopback, behind, end.Token);
                await using var inner = plain.GetStream();
                await await Task.WhenAny(secure.CopyToAsync(inner, end.Token), inner.CopyToAsync(secure, end.Token));
            }
            catch (Exception gone) when (gone is IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // The client did not like the certificate, or one side has left.
            }
    }
}
