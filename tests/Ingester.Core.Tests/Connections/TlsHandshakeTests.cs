using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Ingester.Core.Connections;
using Ingester.Core.Tests.Connections.Fakes;

namespace Ingester.Core.Tests.Connections;

/// <summary>What the recorder does not agree to, beside what the framework's client does not.</summary>
[UnsupportedOSPlatform("windows")] // where they are skipped
public sealed class TlsHandshakeTests : IDisposable
{
    private const string Host = "exchange.test";

    private readonly X509Certificate2 certificate = TestCertificate.For(Host);

    public TlsHandshakeTests() => Assert.SkipUnless(NativeTls.IsHere, "This system has no OpenSSL 3.");

    public void Dispose() => certificate.Dispose();

    [Theory]
    [InlineData(Host, Host, 1, null)]
    [InlineData("other.test", Host, 1, null)]
    [InlineData("*.test", Host, 1, null)]
    [InlineData("*.exchange.test", Host, 1, null)]
    [InlineData("127.0.0.1", "127.0.0.1", 1, null)]
    [InlineData("127.0.0.1", "127.0.0.2", 1, null)]
    [InlineData(Host, Host, -1, null)]
    [InlineData(Host, Host, 1, TestCertificate.ForServers)]
    [InlineData(Host, Host, 1, "1.3.6.1.5.5.7.3.2")] // a client's
    public async Task A_certificate_is_judged_as_through_the_framework(string issuedFor, string wanted, int days, string? usage)
    {
        using var shown = TestCertificate.For(issuedFor, days, usage);
        var (ours, theirs) = (new CertificateCheck(wanted), new CertificateCheck(wanted));
        await RefusesAsync(new() { ServerCertificate = shown }, wanted, (stream, host) => TlsStream.Connect(stream, host, ours.Takes));
        await RefusesAsync(new() { ServerCertificate = shown }, wanted, (stream, host) => TlsClient.Framework(stream, host, theirs.Takes));
        Assert.NotNull(ours.Refusal); // nobody vouches for it, whatever else may be wrong
        Assert.Equal(theirs.Refusal, ours.Refusal);
    }

    [Fact]
    public void A_server_without_a_certificate_is_refused()
    {
        var check = new CertificateCheck(Host);
        Assert.False(check.Takes([], named: false));
        Assert.Equal("The certificate of exchange.test is not taken: none was shown. Its subject is unknown.", check.Refusal);
    }

    [Fact]
    public async Task What_is_not_tls_is_said_to_be_none()
    {
        var (client, server) = await SocketPair.ConnectAsync();
        using (server)
        {
            var shaking = Task.Run(() => TlsClient.Ours(client, Host));
            await server.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            var refused = await Assert.ThrowsAsync<AuthenticationException>(() => shaking.WaitAsync(FakeServer.Deadline));
            Assert.Contains("wrong version number", refused.Message, StringComparison.Ordinal);
        }

        Assert.False(client.CanRead);
    }

    [Fact]
    public async Task An_old_version_of_the_protocol_is_not_spoken()
    {
#pragma warning disable CA5397, SYSLIB0039 // the server offers what must be refused
        var options = new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = SslProtocols.Tls11 };
#pragma warning restore CA5397, SYSLIB0039
        await RefusesAsync(options, Host, TlsClient.Ours);
    }

    [Fact]
    public async Task A_cipher_that_the_framework_does_not_take_is_not_taken()
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            EnabledSslProtocols = Enum.Parse<SslProtocols>("Tls12"),
            CipherSuitesPolicy = new([TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA]),
        };
        await RefusesAsync(options, Host, TlsClient.Ours);
        await RefusesAsync(options, Host, TlsClient.Framework);
    }

    private static async Task RefusesAsync(SslServerAuthenticationOptions options, string host, Func<Stream, string, Stream> connect)
    {
        var (client, server) = await SocketPair.ConnectAsync();
        using var secure = new SslStream(server);
        var serving = secure.AuthenticateAsServerAsync(options);
        await Assert.ThrowsAsync<AuthenticationException>(() => Task.Run(() => connect(client, host)).WaitAsync(FakeServer.Deadline));
        await client.DisposeAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
