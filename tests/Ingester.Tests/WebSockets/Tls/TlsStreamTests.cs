using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ingester.Testing.Fakes;
using Ingester.WebSockets.Sockets;

namespace Ingester.Tests.WebSockets.Tls;

/// <summary>TLS over a socket that an event loop reads, against a server that sends whole, damaged and cut-off records.</summary>
public sealed class TlsStreamTests : IDisposable
{
    private const int Seeds = 60;

    private readonly X509Certificate2 certificate = TestCertificate.For(TlsPair.Host);
    private readonly EventLoop loop;

    public TlsStreamTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux are sockets read by a loop.");
        loop = new(TimeSpan.FromMilliseconds(0.5));
    }

    public void Dispose()
    {
        loop?.Dispose();
        certificate.Dispose();
    }

    [Theory]
    [InlineData("Tls12")]
    [InlineData("Tls13")]
    public async Task Random_records_are_read_as_sent_until_the_first_damaged_or_truncated_one(string protocol)
    {
        var version = Enum.Parse<SslProtocols>(protocol);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (harm, sent, read, broke) = await TalkAsync(version, seed);
            if (harm == Harm.Flipped) // those that arrived with a damaged one may be lost with it
                Assert.StartsWith(read, sent, StringComparison.Ordinal);
            else
                Assert.Equal($"seed {seed}: {sent}", $"seed {seed}: {read}");
            Assert.Equal($"seed {seed}: {harm == Harm.Flipped}", $"seed {seed}: {broke}");
        }
    }

    [Fact]
    public async Task Handshake_received_byte_by_byte_is_completed()
    {
        var ((client, between), (behind, server)) = (await SocketPair.ConnectAsync(), await SocketPair.ConnectAsync());
        await using var secure = new SslStream(server);
        var serving = secure.AuthenticateAsServerAsync(TlsPair.Server(certificate));
        using var end = new CancellationTokenSource();
#pragma warning disable CA2025 // both are waited for before the streams are disposed
        Task[] passing = [PassAsync(behind, between, 1, end.Token), PassAsync(between, behind, 1 << 14, end.Token)];
#pragma warning restore CA2025
        await using var ours = await TlsPair.ClientAsync(client.Socket, loop);
        await serving.WaitAsync(FakeServer.Deadline);
        await secure.WriteAsync("hello"u8.ToArray());
        var read = new byte[5];
        await ours.ReadExactlyAsync(read).AsTask().WaitAsync(FakeServer.Deadline);
        Assert.Equal("hello"u8.ToArray(), read);
        await end.CancelAsync();
        await Task.WhenAll(passing).WaitAsync(FakeServer.Deadline);
        await behind.DisposeAsync();
        await between.DisposeAsync();
    }

    /// <summary>A server of .NET does not change its keys; OpenSSL's does on request (https://docs.openssl.org/3.0/man1/openssl-s_server/).</summary>
    [Fact]
    public async Task New_keys_are_accepted_and_answered()
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
            await using var ours = await TlsPair.ClientAsync(socket, loop);
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
    public async Task Pending_read_ends_when_the_stream_is_disposed_and_no_continuation_runs_later()
    {
        var (client, server) = await SocketPair.ConnectAsync();
        using var secure = new SslStream(server);
        var serving = secure.AuthenticateAsServerAsync(TlsPair.Server(certificate));
        var ours = await TlsPair.ClientAsync(client.Socket, loop);
        await serving.WaitAsync(FakeServer.Deadline);
        var waits = ours.ReadAsync(new byte[10].AsMemory()).AsTask();
        await ours.DisposeAsync();
        Assert.IsAssignableFrom<Exception>(await Record.ExceptionAsync(() => waits.WaitAsync(FakeServer.Deadline)));
        Assert.Throws<ObjectDisposedException>(() => ours.Write([1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ours.ReadAsync(new byte[10].AsMemory()).AsTask());
    }

    private static async Task PassAsync(NetworkStream from, NetworkStream to, int bytesAtOnce, CancellationToken end)
    {
        try
        {
            await from.CopyToAsync(to, bytesAtOnce, end);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // The test is over, or one side has closed.
        }
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
    private async Task<(Harm Harm, string Sent, string Read, bool Broke)> TalkAsync(SslProtocols version, int seed)
    {
        var (client, server) = await SocketPair.ConnectAsync();
        var random = new Random(seed);
        var harm = (Harm)random.Next(3);
        var wire = new DamagedStream(server, harm, at: random.Next(1, 60), random.Next());
        var secure = new SslStream(wire);
        var serving = secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = version });
        var stream = await TlsPair.ClientAsync(client.Socket, loop);
        await serving.WaitAsync(FakeServer.Deadline);
        wire.Begin();

        var answers = RandomNumberGenerator.GetBytes(random.Next(100_000));
        var answering = Task.Run(() => WriteInPieces(stream, answers, new(seed)));
        var answered = new byte[answers.Length];
        var listening = secure.ReadExactlyAsync(answered).AsTask();
        var sending = SendAsync(secure, wire, new(seed));
        var (read, broke) = await ReadToEndAsync(stream, random.Next(1, 70_000)).WaitAsync(FakeServer.Deadline);
        var sent = await sending.WaitAsync(FakeServer.Deadline);
        if (harm != Harm.Flipped) // else it may have ended the connection before all was sent
        {
            await Task.WhenAll(answering, listening).WaitAsync(FakeServer.Deadline);
            Assert.Equal(answers, answered);
        }

        await stream.DisposeAsync();
        await secure.DisposeAsync();
        await Task.WhenAll(answering, listening).WaitAsync(FakeServer.Deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (harm, sent, read, broke);
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

    private static async Task<(string Read, bool Broke)> ReadToEndAsync(Stream stream, int room)
    {
        using var all = new MemoryStream();
        var buffer = new byte[room];
        var broke = false;
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and var count)
                all.Write(buffer, 0, count);
        }
        catch (IOException broken)
        {
            broke = broken.InnerException is not null; // without one, bytes ended within a record
        }

        return (Convert.ToHexString(all.ToArray()), broke);
    }
}
