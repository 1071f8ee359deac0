using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Ingester.WebSockets.Tls;

/// <summary>Opens TLS over a connected stream with <see cref="SslStream"/>, as docs/adr/0014 decides.</summary>
internal static class TlsHandshake
{
    /// <summary>Performs the handshake, which blocks, and checks the certificate.</summary>
    /// <param name="stream">Where the encrypted bytes come and go; it is disposed with the result.</param>
    /// <param name="host">The host that the certificate must be issued for.</param>
    /// <exception cref="ConnectionException">The certificate was refused; the message says why.</exception>
    /// <exception cref="AuthenticationException">The other side does not speak TLS as it should.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static SslStream Perform(Stream stream, string host)
    {
        var check = new CertificateCheck(host);
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            secure.AuthenticateAsClient(Options(host, check.Accepts));
            return secure;
        }
        catch (AuthenticationException e) when (check.Refusal is { } refusal)
        {
            secure.Dispose();
            throw new ConnectionException(FaultKind.Unreachable, refusal, e);
        }
        catch
        {
            secure.Dispose();
            throw;
        }
    }

    /// <summary>What every connection asks for: TLS 1.2 or 1.3, whatever else the machine's configuration allows, and each handshake in full.</summary>
    /// <param name="host">The host that the certificate must be issued for.</param>
    /// <param name="check">Accepts or refuses the certificate.</param>
    public static SslClientAuthenticationOptions Options(string host, RemoteCertificateValidationCallback check) => new()
    {
        TargetHost = host,
#pragma warning disable CA5398 // a machine may allow older versions, and this program must not
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
        AllowRenegotiation = false,
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = check,
    };
}
