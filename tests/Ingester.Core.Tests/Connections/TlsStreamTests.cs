using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ingester.Core.Connections;
using Ingester.Core.Tests.Connections.Fakes;

namespace Ingester.Core.Tests.Connections;

/// <summary>TLS as the recorder does it, against the framework's server, and beside the framework's client.</summary>
public sealed class TlsStreamTests : IDisposable
{
    private const string Host = "exchange.test";
    private const int Seeds = 60;

    private readonly X509Certificate2 certificate = TestCertificate.For(Host);

    public TlsStreamTests() => Assert.SkipUnless(NativeTls.IsHere, "This system has no OpenSSL 3.");

    /// <summary>What is done to the bytes that the server sends.</summary>
    private enum Harm
    {
        None,
        Flipped,
        CutOff,
    }

    public void Dispose() => certificate.Dispose();

    [Theory]
    [InlineData("Tls12")]
    [InlineData("Tls13")]
    public async Task Random_records_whole_or_damaged_are_read_as_the_framework_reads_them(string protocol)
    {
        var version = Enum.Parse<SslProtocols>(protocol);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (ours, theirs) = (await TalkAsync(version, seed, Ours), await TalkAsync(version, seed, Framework));
            Assert.Equal($"seed {seed}: {ours.Sent}", $"seed {seed}: {ours.Read}"); // to the last whole record, of which the framework leaves out some before one that is damaged
            Assert.Equal($"seed {seed}: {theirs.End}", $"seed {seed}: {ours.End}");
            Assert.StartsWith(theirs.Read, ours.Read, StringComparison.Ordinal);
        }
    }

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
        await RefusesAsync(shown, wanted, (stream, host) => TlsStream.Connect(stream, host, ours.Takes));
        await RefusesAsync(shown, wanted, (stream, host) => Framework(stream, host, theirs.Takes));
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
            var shaking = Task.Run(() => Ours(client, Host));
            await server.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            var refused = await Assert.ThrowsAsync<AuthenticationException>(() => shaking.WaitAsync(FakeServer.Deadline));
            Assert.Contains("wrong version number", refused.Message, StringComparison.Ordinal);
        }

        Assert.False(client.CanRead);
    }

    [Fact]
    public async Task An_old_version_of_the_protocol_is_not_spoken()
    {
        var (client, server) = await SocketPair.ConnectAsync();
        using var secure = new SslStream(server);
#pragma warning disable CA5397, SYSLIB0039 // the server offers what must be refused
        var serving = secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = SslProtocols.Tls11 });
#pragma warning restore CA5397, SYSLIB0039
        await Assert.ThrowsAsync<AuthenticationException>(() => Task.Run(() => Ours(client, Host)).WaitAsync(FakeServer.Deadline));
        await Assert.ThrowsAnyAsync<Exception>(() => serving.WaitAsync(FakeServer.Deadline));
    }

    [Fact]
    public async Task A_read_that_waits_ends_when_the_stream_is_disposed_and_nothing_goes_on_after_it()
    {
        var (client, server) = await SocketPair.ConnectAsync();
        using var secure = new SslStream(server);
        var serving = secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        var ours = await Task.Run(() => Ours(client, Host)).WaitAsync(FakeServer.Deadline);
        await serving.WaitAsync(FakeServer.Deadline);
        var waits = ours.ReadAsync(new byte[10].AsMemory()).AsTask();
        await ours.DisposeAsync();
        Assert.IsAssignableFrom<Exception>(await Record.ExceptionAsync(() => waits.WaitAsync(FakeServer.Deadline)));
        Assert.Throws<ObjectDisposedException>(() => ours.Write([1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ours.ReadAsync(new byte[10].AsMemory()).AsTask());
    }

    private static TlsStream Ours(Stream stream, string host) => TlsStream.Connect(stream, host, (shown, _) => shown.Count > 0);

    private static SslStream Framework(Stream stream, string host) => Framework(stream, host, (_, shown, _, _) => shown is not null);

    private static SslStream Framework(Stream stream, string host, RemoteCertificateValidationCallback takes)
    {
        var secure = new SslStream(stream);
        secure.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = takes });
        return secure;
    }

    private static async Task RefusesAsync(X509Certificate2 shown, string host, Func<Stream, string, Stream> connect)
    {
        var (client, server) = await SocketPair.ConnectAsync();
        using var secure = new SslStream(server);
        var serving = secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = shown });
        await Assert.ThrowsAsync<AuthenticationException>(() => Task.Run(() => connect(client, host)).WaitAsync(FakeServer.Deadline));
        await client.DisposeAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// The server sends records and the client answers, both at once: what was sent in records that arrive whole, what the client read, and how that ended.
    /// </summary>
    private async Task<(string Sent, string Read, string End)> TalkAsync(SslProtocols version, int seed, Func<Stream, string, Stream> connect)
    {
        var (client, server) = await SocketPair.ConnectAsync();
        var random = new Random(seed);
        var harm = (Harm)random.Next(3);
        var wire = new DamagedStream(server, harm, at: random.Next(1, 60), random.Next());
        var secure = new SslStream(wire);
        var serving = secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = version });
        var stream = await Task.Run(() => connect(client, Host)).WaitAsync(FakeServer.Deadline);
        await serving.WaitAsync(FakeServer.Deadline);
        wire.Begin();

        var answers = RandomNumberGenerator.GetBytes(random.Next(100_000));
        var answering = Task.Run(() => WriteInPieces(stream, answers, new(seed)));
        var answered = new byte[answers.Length];
        var listening = secure.ReadExactlyAsync(answered).AsTask();
        var sending = SendAsync(secure, wire, new(seed));
        var (read, end) = await ReadToEndAsync(stream, random.Next(1, 70_000)).WaitAsync(FakeServer.Deadline);
        var sent = await sending.WaitAsync(FakeServer.Deadline);
        if (harm != Harm.Flipped) // else it may have ended the connection before all was sent
        {
            await Task.WhenAll(answering, listening).WaitAsync(FakeServer.Deadline);
            Assert.Equal(answers, answered);
        }

        await stream.DisposeAsync();
        await secure.DisposeAsync();
        await Task.WhenAll(answering, listening).WaitAsync(FakeServer.Deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (sent, read, $"{harm}, {end}");
    }

    /// <summary>Sends records, then nothing more; those that arrive whole.</summary>
    private static async Task<string> SendAsync(SslStream secure, DamagedStream wire, Random random)
    {
        using var whole = new MemoryStream();
        for (var record = 0; record < 60; record++)
        {
            var text = new byte[random.Next(10) == 0 ? random.Next(1, 16_384) : random.Next(1, 600)];
            random.NextBytes(text);
            await secure.WriteAsync(text);
            if (!wire.IsHarmed)
                whole.Write(text);
        }

        wire.EndSending();
        return Convert.ToHexString(whole.ToArray());
    }

    private static void WriteInPieces(Stream stream, byte[] bytes, Random random)
    {
        for (var rest = bytes.AsSpan(); rest.Length > 0;)
        {
            var count = Math.Min(rest.Length, random.Next(1, 40_000));
            stream.Write(rest[..count]);
            rest = rest[count..];
        }
    }

    private static async Task<(string Read, string End)> ReadToEndAsync(Stream stream, int room)
    {
        using var all = new MemoryStream();
        var buffer = new byte[room];
        var end = "to the end";
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and var count)
                all.Write(buffer, 0, count);
        }
        catch (Exception broken) when (broken is AuthenticationException or IOException { InnerException: not null })
        {
            end = "until it broke";
        }
        catch (IOException)
        {
            // Bytes ended within a record: the framework says so here, and who reads frames finds that the last one is not whole.
        }

        return (Convert.ToHexString(all.ToArray()), end);
    }

    /// <summary>The server's side of the wire, which damages what is sent with one of its writes.</summary>
    private sealed class DamagedStream(NetworkStream inner, Harm harm, int at, int where) : Stream
    {
        private int writes = int.MinValue;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        /// <summary>True as soon as something did not arrive as it was sent.</summary>
        public bool IsHarmed => harm != Harm.None && writes >= at;

        /// <summary>Writes count from here on.</summary>
        public void Begin() => writes = 0;

        /// <summary>The client is told the end.</summary>
        public void EndSending() => inner.Socket.Shutdown(SocketShutdown.Send);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            writes++;
            if (harm == Harm.CutOff && writes >= at)
            {
                if (writes == at)
                    await inner.WriteAsync(buffer[..(where % buffer.Length)], cancellationToken);
            }
            else if (harm == Harm.Flipped && writes == at)
            {
                var damaged = buffer.ToArray();
                damaged[^1] ^= (byte)(1 << where % 8); // a record's last byte is of its seal: its length and kind stay right
                await inner.WriteAsync(damaged, cancellationToken);
            }
            else
            {
                await inner.WriteAsync(buffer, cancellationToken);
            }
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
