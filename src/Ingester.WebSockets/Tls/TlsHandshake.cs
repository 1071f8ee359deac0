using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Ingester.WebSockets.Tls;

/// <summary>Opens TLS over a connected stream with <see cref="SslStream"/>; see docs/adr/0014.</summary>
internal static class TlsHandshake
{
    /// <summary>Performs the handshake, which blocks, and validates the certificate.</summary>
    /// <param name="stream">The transport; it is disposed with the result.</param>
    /// <param name="host">The host name that the certificate must match.</param>
    /// <exception cref="ConnectionException">The certificate is not valid for the host or not trusted; the message says
    /// why.</exception>
    /// <exception cref="AuthenticationException">The TLS handshake failed.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static SslStream Perform(Stream stream, string host)
    {
        var check = new CertificateCheck(host);
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            secure.AuthenticateAsClient(CreateOptions(host, check.Accepts));
            return secure;
        }
        catch (AuthenticationException e) when (check.Refusal is { } refusal)
        {
            secure.Dispose();
            throw new ConnectionException(ConnectionFaultKind.Unreachable, refusal, e);
        }
        catch
        {
            secure.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The options of every connection: TLS 1.2 or 1.3, regardless of the machine's configuration, and a full handshake without session
    /// resumption.
    /// </summary>
    /// <param name="host">The host name that the certificate must match.</param>
    /// <param name="check">Validates the certificate.</param>
    public static SslClientAuthenticationOptions CreateOptions(string host, RemoteCertificateValidationCallback check) => new()
    {
        TargetHost = host,
#pragma warning disable CA5398 // the machine's configuration may allow older versions
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
        AllowRenegotiation = false,
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = check,
    };
}
