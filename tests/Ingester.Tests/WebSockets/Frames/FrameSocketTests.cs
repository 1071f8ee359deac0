using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.WebSockets;
using Ingester.WebSockets.Frames;

namespace Ingester.Tests.WebSockets.Frames;

public sealed class FrameSocketTests
{
    private const int Fuzzed = 1_000;

    // Plain letters: the framework refuses a text that is not UTF-8, which is the decoders' business here.
    private static readonly byte[] Letters = [.. Enumerable.Range(0, 101_000).Select(index => (byte)('0' + index * 7919L % 75))];

    [Fact]
    public async Task Random_frames_right_or_wrong_are_read_as_the_framework_reads_them()
    {
        for (var seed = 0; seed < Fuzzed; seed++)
        {
            var bytes = RandomFrames(new(seed));
            var theirs = new ScriptedStream(bytes, new(seed));
            using var framework = WebSocket.CreateFromStream(theirs, new WebSocketCreationOptions { IsServer = false, KeepAliveInterval = TimeSpan.Zero });
            var ours = new ScriptedStream(bytes, new(seed + 1));
            using var socket = Over(ours);
            Assert.Equal($"seed {seed}\n{await ReadAllAsync(framework)}", $"seed {seed}\n{await ReadAllAsync(socket)}");
            Assert.Equal($"seed {seed}\n{Pongs(theirs.Written)}", $"seed {seed}\n{Pongs(ours.Written)}");
        }
    }

    [Fact]
    public async Task Messages_that_are_taken_out_of_the_buffer_are_those_that_would_be_received()
    {
        var taken = 0;
        for (var seed = 0; seed < Fuzzed; seed++)
        {
            var bytes = RandomFrames(new(seed));
            var (one, other) = (new ScriptedStream(bytes, new(seed)), new ScriptedStream(bytes, new(seed)));
            using var receives = Over(one);
            using var takes = Over(other);
            var expected = (await ReadAllAsync(receives)).Replace($"{WebSocketMessageType.Text} of", $"{WebSocketMessageType.Binary} of", StringComparison.Ordinal);
            var actual = (await ReadAllAsync(takes, longest: seed % 3 == 0 ? 200 : 1 << 20, () => taken++))
                .Replace($"{WebSocketMessageType.Text} of", $"{WebSocketMessageType.Binary} of", StringComparison.Ordinal);
            Assert.Equal($"seed {seed}\n{expected}", $"seed {seed}\n{actual}");
            Assert.Equal($"seed {seed}\n{Pongs(one.Written)}", $"seed {seed}\n{Pongs(other.Written)}");
        }

        Assert.InRange(taken, Fuzzed / 10, int.MaxValue);
    }

    [Fact]
    public async Task Sent_frames_are_received_by_the_server_of_the_framework()
    {
        var sent = new ScriptedStream([], new(1), waits: true);
        using var socket = Over(sent);
        int[] sizes = [0, 1, 125, 126, 65_535, 65_536, 100_000];
        foreach (var size in sizes)
        {
            await socket.SendAsync(Content(size).AsMemory(0, size / 2), WebSocketMessageType.Binary, endOfMessage: false, CancellationToken.None);
            await socket.SendAsync(Content(size).AsMemory(size / 2), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            await socket.SendAsync(Content(size).AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
        Assert.Equal(WebSocketState.CloseSent, socket.State);
        using var server = WebSocket.CreateFromStream(new ScriptedStream(sent.Written, new(2)), new WebSocketCreationOptions { IsServer = true });
        var expected = sizes.SelectMany(size => new[] { size, size }).Select(size => Line(WebSocketMessageType.Binary, Content(size))).Append("closed NormalClosure done");
        Assert.Equal(string.Join('\n', expected), await ReadAllAsync(server));
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_is_left_to_the_decoder_and_the_next_message_is_received()
    {
        byte[] frames = [0x81, 3, (byte)'{', 0xff, (byte)'}', 0x81, 2, .. "{}"u8];
        using var socket = Over(new ScriptedStream(frames, new(1), waits: true));
        var target = new byte[10];
        Assert.Equal(3, (await socket.ReceiveAsync(target.AsMemory(), CancellationToken.None)).Count);
        Assert.Equal(0xff, target[1]);
        Assert.Equal(2, (await socket.ReceiveAsync(target.AsMemory(), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Failed_pong_does_not_end_the_connection_and_later_frames_are_received()
    {
        using var socket = Over(new ScriptedStream([0x89, 0, 0x81, 2, .. "{}"u8], new(1), deaf: true));
        await Assert.ThrowsAsync<WebSocketException>(() => socket.SendAsync(new byte[1].AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).AsTask());
        var received = await socket.ReceiveAsync(new byte[10].AsMemory(), CancellationToken.None);
        Assert.Equal((2, true), (received.Count, received.EndOfMessage));
    }

    [Fact]
    public async Task Cancelling_ends_a_read_that_waits()
    {
        using var socket = Over(new ScriptedStream([], new(1), waits: true));
        using var cancel = new CancellationTokenSource();
        var reading = Task.Run(async () => await socket.ReceiveAsync(new byte[10].AsMemory(), cancel.Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => reading.WaitAsync(FakeServer.Deadline));
        Assert.Equal(WebSocketState.Aborted, socket.State);
    }

    [Fact]
    public async Task Silent_exchange_is_pinged_and_then_aborted()
    {
        var clock = new ManualClock();
        var stream = new ScriptedStream([], new(1), waits: true);
        var options = new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(10) };
        using var socket = new FrameSocket(stream, stream.Dispose, default, new(options, clock));
        var reading = Task.Run(async () => await socket.ReceiveAsync(new byte[10].AsMemory(), CancellationToken.None));
        clock.Advance(TimeSpan.FromSeconds(14));
        Assert.Empty(stream.Written);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0x89, stream.Written[0]);
        clock.Advance(TimeSpan.FromSeconds(11));
        var broken = await Assert.ThrowsAsync<WebSocketException>(() => reading.WaitAsync(FakeServer.Deadline));
        Assert.Contains("did not answer a ping", broken.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(40)]
    public void Exchange_that_sends_only_pongs_is_pinged_repeatedly(int timeout)
    {
        var clock = new ManualClock();
        var stream = new ScriptedStream([], new(1), waits: true);
        var options = new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(timeout) };
        var pulse = new KeepAliveMonitor(options, clock);
        using var socket = new FrameSocket(stream, stream.Dispose, default, pulse);
        var pings = 0;
        for (var second = 0; second < 300; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            if (stream.Written.Count(octet => octet == 0x89) is var now && now > pings)
                pulse.RecordActivity(); // the pong
            pings = stream.Written.Count(octet => octet == 0x89);
        }

        Assert.Equal(WebSocketState.Open, socket.State);
        Assert.InRange(pings, 5, int.MaxValue);
    }

    [Fact]
    public async Task An_exchange_that_speaks_is_not_pinged()
    {
        var clock = new ManualClock();
        byte[] frames = [0x82, 1, 7, 0x82, 1, 8];
        var stream = new ScriptedStream(frames, new(1), waits: true);
        using var socket = new FrameSocket(stream, stream.Dispose, default, new(new() { KeepAliveInterval = TimeSpan.FromSeconds(15) }, clock));
        clock.Advance(TimeSpan.FromSeconds(14));
        await socket.ReceiveAsync(new byte[10].AsMemory(), CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(14));
        Assert.Empty(stream.Written);
    }

    private static FrameSocket Over(ScriptedStream stream) => new(stream, stream.Dispose, default, new(new(), new ManualClock()));

    private static byte[] Content(int size) => Letters.AsSpan(size % 1_000, size).ToArray();

    /// <summary>Mostly right: parts of messages with pings between, sometimes a wrong bit, sometimes cut off.</summary>
    private static byte[] RandomFrames(Random random)
    {
        var bytes = new List<byte>();
        for (var message = random.Next(1, 6); message > 0; message--)
            for (var part = random.Next(1, 4); part > 0; part--)
            {
                if (random.Next(4) == 0)
                    bytes.AddRange(Frame(0x80 | random.Next(9, 11), Content(random.Next(126)), random));
                var first = bytes.Count == 0 || (bytes[^1] & 1) == 0;
                var kind = part == 1 && first ? 2 : random.Next(8) == 0 ? random.Next(16) : 2;
                bytes.AddRange(Frame((part == 1 ? 0x80 : 0) | kind, Content(random.Next(3) == 0 ? random.Next(70_000) : random.Next(300)), random));
                for (var rest = random.Next(2); part > 1 && rest > 0; rest--)
                    bytes.AddRange(Frame(0, Content(random.Next(200)), random));
                if (part > 1)
                    bytes.AddRange(Frame(0x80, Content(random.Next(200)), random));
            }

        if (random.Next(2) == 0)
            bytes.AddRange(Frame(0x88, [3, 0xe8, .. "bye"u8], random));
        if (random.Next(3) == 0)
            bytes[random.Next(Math.Min(bytes.Count, 12))] ^= (byte)(1 << random.Next(8));
        return random.Next(5) == 0 ? [.. bytes.Take(random.Next(bytes.Count))] : [.. bytes];
    }

    private static byte[] Frame(int first, byte[] content, Random random)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, content.Length);
        var size = content.Length > 65_535 || content.Length > 125 && random.Next(9) == 0 ? 127 : content.Length > 125 ? 126 : content.Length;
        byte[] header = size switch
        {
            127 => [(byte)first, 127, .. length],
            126 => [(byte)first, 126, .. length[6..]],
            _ => [(byte)first, (byte)size],
        };
        return [.. header, .. content];
    }

    /// <summary>Every message that came whole, and how it ended.</summary>
    private static async Task<string> ReadAllAsync(WebSocket socket, int longest = 0, Action? taken = null)
    {
        var lines = new List<string>();
        var buffer = new byte[1 << 21]; // more than all parts together: no message is longer
        var length = 0;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    lines.Add($"closed {socket.CloseStatus} {socket.CloseStatusDescription}");
                    return string.Join('\n', lines);
                }

                length += received.Count;
                if (!received.EndOfMessage)
                    continue;
                lines.Add(Line(received.MessageType, buffer.AsSpan(0, length)));
                length = 0;
                while (longest > 0 && ((IBufferedMessageSource)socket).TryReadMessage(longest, out var message))
                {
                    Assert.InRange(message.Length, 0, longest);
                    lines.Add(Line(WebSocketMessageType.Binary, message));
                    taken!();
                }
            }
        }
        catch (Exception fault) when (fault is WebSocketException or ConnectionException { Kind: ConnectionFaultKind.Oversized }) // the framework waits for what is announced, and then for ever
        {
            lines.Add("broken");
            return string.Join('\n', lines);
        }
    }

    private static string Line(WebSocketMessageType type, ReadOnlySpan<byte> message) =>
        $"{type} of {message.Length} {Convert.ToHexString(SHA256.HashData(message)[..4])}";

    private static string Pongs(byte[] written)
    {
        var pongs = new List<string>();
        for (var at = 0; at + 6 <= written.Length;)
        {
            var length = written[at + 1] & 0x7f; // what a client answers by itself is short
            if ((written[at] & 0xf) == 0xa)
                pongs.Add(Convert.ToHexString([.. written.Skip(at + 6).Take(length).Select((value, index) => (byte)(value ^ written[at + 2 + index % 4]))]));
            at += 6 + length;
        }

        return string.Join('\n', pongs);
    }
}
