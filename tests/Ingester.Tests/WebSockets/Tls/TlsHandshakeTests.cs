using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Ingester.Testing.Fakes;
using Ingester.WebSockets;
using Ingester.WebSockets.Tls;

namespace Ingester.Tests.WebSockets.Tls;

/// <summary>Which servers are refused, and in which words.</summary>
public sealed class TlsHandshakeTests : IDisposable
{
    private const string Untrusted = "this machine does not trust it (UntrustedRoot)";
    private const string OtherHost = "it was issued for another host name, and ";

    private readonly X509Certificate2 certificate = TestCertificate.For(TlsPair.Host);

    public void Dispose() => certificate.Dispose();

    [Theory]
    [InlineData(TlsPair.Host, TlsPair.Host, 1, null, Untrusted)]
    [InlineData("other.test", TlsPair.Host, 1, null, OtherHost + Untrusted)]
    [InlineData("*.test", TlsPair.Host, 1, null, OtherHost + Untrusted)] // a wildcard of a whole top-level domain
    [InlineData("*.exchange.test", TlsPair.Host, 1, null, OtherHost + Untrusted)]
    [InlineData("127.0.0.1", "127.0.0.1", 1, null, Untrusted)]
    [InlineData("127.0.0.1", "127.0.0.2", 1, null, OtherHost + Untrusted)]
    [InlineData(TlsPair.Host, TlsPair.Host, -1, null, "NotTimeValid")]
    [InlineData(TlsPair.Host, TlsPair.Host, 1, TestCertificate.ForServers, Untrusted)]
    [InlineData(TlsPair.Host, TlsPair.Host, 1, "1.3.6.1.5.5.7.3.2", "NotValidForUsage")] // a client's
    public async Task A_certificate_is_refused_with_the_reason(string issuedFor, string wanted, int days, string? usage, string reason)
    {
        using var shown = TestCertificate.For(issuedFor, days, usage);
        var refused = Assert.IsType<ConnectionException>(await RefusalAsync(new() { ServerCertificate = shown }, wanted));
        Assert.Equal(ConnectionFaultKind.Unreachable, refused.Kind);
        Assert.StartsWith($"The certificate of {wanted} is not accepted: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($". Its subject is CN={issuedFor}.", refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(reason.StartsWith(OtherHost, StringComparison.Ordinal), refused.Message.Contains("another host", StringComparison.Ordinal));
    }

    [Fact]
    public void A_server_without_a_certificate_is_refused()
    {
        var check = new CertificateCheck(TlsPair.Host);
        Assert.False(check.Accepts(this, null, null, SslPolicyErrors.RemoteCertificateNotAvailable));
        Assert.Equal("The certificate of exchange.test is not accepted: the server sent none. Its subject is unknown.", check.Refusal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\u0016\u0003\u0003\u0000\u0005hello")] // a record of the handshake's kind, with nothing of it inside
    public async Task Bytes_that_are_not_tls_are_refused_in_readable_words(string sent)
    {
        var (client, server) = await SocketPair.ConnectAsync();
        using (server)
        {
            var handshake = Task.Run(() => TlsHandshake.Perform(client, TlsPair.Host));
            await server.WriteAsync(System.Text.Encoding.Latin1.GetBytes(sent));
            var refused = await Record.ExceptionAsync(() => handshake.WaitAsync(FakeServer.Deadline));
            Assert.True(refused is AuthenticationException or IOException, $"{refused}");
            Assert.Matches("frame|SSL|record|handshake", ConnectionException.Describe(refused));
        }

        Assert.False(client.CanRead);
    }

    [Fact]
    public async Task A_connection_that_ends_within_the_handshake_is_broken()
    {
        var (client, server) = await SocketPair.ConnectAsync();
        var handshake = Task.Run(() => TlsHandshake.Perform(client, TlsPair.Host));
        await server.WriteAsync(new byte[] { 0x16, 0x03, 0x03 });
        server.Socket.Shutdown(SocketShutdown.Send);
        var broken = await Record.ExceptionAsync(() => handshake.WaitAsync(FakeServer.Deadline));
        Assert.True(broken is AuthenticationException or IOException, $"{broken}");
        Assert.Contains("EOF", ConnectionException.Describe(broken), StringComparison.Ordinal);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task An_old_version_of_the_protocol_is_not_spoken()
    {
#pragma warning disable CA5397, SYSLIB0039 // the server offers what must be refused
        var options = new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = SslProtocols.Tls11 };
#pragma warning restore CA5397, SYSLIB0039
        Assert.IsType<AuthenticationException>(await RefusalAsync(options, TlsPair.Host));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")] // where servers have no policy of ciphers, and this is skipped
    public async Task A_weak_cipher_is_not_accepted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows, servers cannot choose their ciphers.");
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            EnabledSslProtocols = Enum.Parse<SslProtocols>("Tls12"),
            CipherSuitesPolicy = new([TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA]),
        };
        Assert.IsType<AuthenticationException>(await RefusalAsync(options, TlsPair.Host));
    }

    [Fact]
    public void Every_handshake_is_done_in_full_with_a_current_version_and_without_renegotiation()
    {
        var options = TlsHandshake.CreateOptions(TlsPair.Host, (_, shown, _, _) => shown is not null);
        Assert.Equal(["Tls12", "Tls13"], options.EnabledSslProtocols.ToString().Split(", "));
        Assert.False(options.AllowRenegotiation);
        Assert.False(options.AllowTlsResume);
    }

    /// <summary>Why a client refuses a server.</summary>
    private static async Task<Exception?> RefusalAsync(SslServerAuthenticationOptions options, string host)
    {
        var (client, server) = await SocketPair.ConnectAsync();
        await using var secure = new SslStream(server);
        var serving = secure.AuthenticateAsServerAsync(options);
        var refusal = await Record.ExceptionAsync(() => Task.Run(() => TlsHandshake.Perform(client, host)).WaitAsync(FakeServer.Deadline));
        await client.DisposeAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return refusal;
    }
}
