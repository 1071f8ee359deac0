using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ingester.Core.Connections;
using Ingester.Core.Tests.Connections.Fakes;

namespace Ingester.Core.Tests.Connections;

/// <summary>TLS as the recorder does it, against the framework's server, and beside the framework's client.</summary>
[UnsupportedOSPlatform("windows")] // where they are skipped
public sealed class TlsStreamTests : IDisposable
{
    private const string Host = "exchange.test";
    private const int Seeds = 60;

    private readonly X509Certificate2 certificate = TestCertificate.For(Host);

    public TlsStreamTests() => Assert.SkipUnless(NativeTls.IsHere, "This system has no OpenSSL 3.");

    public void Dispose() => certificate.Dispose();

    [Theory]
    [InlineData("Tls12")]
    [InlineData("Tls13")]
    public async Task Random_records_whole_or_damaged_are_read_as_the_framework_reads_them(string protocol)
    {
        var version = Enum.Parse<SslProtocols>(protocol);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (ours, theirs) = (await TalkAsync(version, seed, TlsClient.Ours), await TalkAsync(version, seed, TlsClient.Framework));
            Assert.Equal($"seed {seed}: {ours.Sent}", $"seed {seed}: {ours.Read}"); // to the last whole record, of which the framework leaves out some before one that is damaged
            Assert.Equal($"seed {seed}: {theirs.End}", $"seed {seed}: {ours.End}");
            Assert.StartsWith(theirs.Read, ours.Read, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_alert_that_cannot_be_sent_costs_nothing_that_came()
    {
        var (client, server) = await SocketPair.ConnectAsync();
        var wire = new DamagedStream(server, Harm.Flipped, at: 3, where: 0);
        await using var secure = new SslStream(wire);
        var serving = secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        await using var ours = await Task.Run(() => TlsClient.Ours(client, Host)).WaitAsync(FakeServer.Deadline);
        await serving.WaitAsync(FakeServer.Deadline);
        var buffer = new byte[10];
        await secure.WriteAsync(new byte[1]);
        Assert.Equal(1, await ours.ReadAsync(buffer)); // and with it what the server said behind the handshake
        wire.Begin();
        for (byte record = 1; record <= 3; record++)
            await secure.WriteAsync(new[] { record });
        await Rig.UntilAsync(() => client.Socket.Available == wire.Sent); // all three are here, and are read at once
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(2, await ours.ReadAsync(buffer));
        Assert.Equal([1, 2], buffer[..2]);
        await Assert.ThrowsAsync<AuthenticationException>(() => ours.ReadAsync(buffer.AsMemory()).AsTask().WaitAsync(FakeServer.Deadline));
    }

    /// <summary>The framework's server does not change its keys; that of OpenSSL does when it is told to (https://docs.openssl.org/3.0/man1/openssl-s_server/).</summary>
    [Fact]
    public async Task New_keys_are_taken_and_answered()
    {
        var folder = Directory.CreateTempSubdirectory("ingester-tls-").FullName;
        File.WriteAllText(Path.Combine(folder, "server.pem"), $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}");
        var start = new ProcessStartInfo("openssl", "s_server -accept 127.0.0.1:0 -tls1_3 -naccept 1 -cert server.pem")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var server = StartOrSkip(start);
        try
        {
            var port = (await LineAsync("ACCEPT")).Split(':')[^1];
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
            await using var ours = await Task.Run(() => TlsClient.Ours(new NetworkStream(socket, ownsSocket: true), Host)).WaitAsync(FakeServer.Deadline);
            var read = new byte[6];
            for (var change = 0; change < 3; change++)
            {
                await server.StandardInput.WriteAsync("hello\n");
                await ours.ReadExactlyAsync(read).AsTask().WaitAsync(FakeServer.Deadline);
                Assert.Equal("hello\n"u8.ToArray(), read);
                ours.Write(Encoding.ASCII.GetBytes($"answer {change}\n"));
                await LineAsync($"answer {change}");
                await server.StandardInput.WriteAsync("K\n");
                await Rig.UntilAsync(() => socket.Available > 0); // that it has new keys, and wants new ones
            }
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }

        async Task<string> LineAsync(string word)
        {
            while (await server.StandardOutput.ReadLineAsync().WaitAsync(FakeServer.Deadline) is { } line)
                if (line.Contains(word, StringComparison.Ordinal))
                    return line;
            throw new InvalidOperationException($"openssl ended without \"{word}\".");
        }
    }

    [Fact]
    public async Task A_read_that_waits_ends_when_the_stream_is_disposed_and_nothing_goes_on_after_it()
    {
        var (client, server) = await SocketPair.ConnectAsync();
        using var secure = new SslStream(server);
        var serving = secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        var ours = await Task.Run(() => TlsClient.Ours(client, Host)).WaitAsync(FakeServer.Deadline);
        await serving.WaitAsync(FakeServer.Deadline);
        var waits = ours.ReadAsync(new byte[10].AsMemory()).AsTask();
        await ours.DisposeAsync();
        Assert.IsAssignableFrom<Exception>(await Record.ExceptionAsync(() => waits.WaitAsync(FakeServer.Deadline)));
        Assert.Throws<ObjectDisposedException>(() => ours.Write([1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ours.ReadAsync(new byte[10].AsMemory()).AsTask());
    }

    private static Process StartOrSkip(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception absent)
        {
            Assert.Skip($"The command openssl is not to be had here: {absent.Message}");
            throw;
        }
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
}
