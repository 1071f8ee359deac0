using System.Buffers.Binary;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.WebSockets;
using Ingester.WebSockets.Frames;

namespace Ingester.Tests.WebSockets.Frames;

/// <summary>A message that is announced to be longer than is received is refused by its header; nothing of it is waited for.</summary>
public sealed class FrameLimitTests
{
    private const int Limit = 1 << 20;

    public static TheoryData<string, byte[], string> TooLong => new()
    {
        { "one frame of 1 GB", Header(0x82, 1L << 30), "1073741824 bytes" },
        { "one byte more than the limit", Header(0x82, Limit + 1), "1048577 bytes" },
        { "all that 63 bits can say", Header(0x81, long.MaxValue), "9223372036854775807 bytes" },
        { "parts whose sum is too long", [.. Header(0x02, 10), .. new byte[10], .. Header(0x00, 5), .. new byte[5], .. Header(0x80, Limit)], $"{Limit + 15} bytes" },
        { "a second part of 63 bits", [.. Header(0x02, 10), .. new byte[10], .. Header(0x80, long.MaxValue)], "9223372036854775817 bytes" },
        { "a frame behind one that came with it", [.. Header(0x82, 3), 1, 2, 3, .. Header(0x82, 1L << 40)], "1099511627776 bytes" },
    };

    [Theory]
    [MemberData(nameof(TooLong))]
    public async Task Message_longer_than_the_limit_is_refused_by_its_header(string what, byte[] bytes, string announced)
    {
        using var socket = Over(bytes);
        var reading = Task.Run(async () =>
        {
            var target = new byte[2 * Limit];
            while (true)
            {
                await socket.ReceiveAsync(target.AsMemory(), CancellationToken.None);
                while (socket.TryReadMessage(Limit, out _))
                {
                }
            }
        });
        var fault = await Assert.ThrowsAsync<ConnectionException>(() => reading.WaitAsync(FakeServer.Deadline / 2)); // the stream gives nothing more and does not end
        Assert.True(fault.Kind == ConnectionFaultKind.Oversized, what);
        Assert.Contains(announced, fault.Message, StringComparison.Ordinal);
        Assert.Contains("more than the limit of 1048576", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_of_exactly_the_limit_is_received_and_so_are_many_after_each_other()
    {
        var content = new byte[Limit];
        byte[] bytes = [.. Header(0x82, Limit), .. content, .. Header(0x02, Limit - 1), .. content[1..], .. Header(0x80, 1), 7, .. Header(0x82, Limit), .. content];
        using var socket = Over(bytes);
        var target = new byte[2 * Limit];
        for (var message = 0; message < 3; message++)
        {
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(target.AsMemory(length), CancellationToken.None);
                length += received.Count;
                if (received.EndOfMessage)
                    break;
            }

            Assert.Equal(Limit, length);
        }
    }

    private static FrameSocket Over(byte[] bytes)
    {
        var stream = new ScriptedStream(bytes, new(1), waits: true);
        return new(stream, stream.Dispose, default, new(new() { MaxMessage = Limit }, new ManualClock()));
    }

    private static byte[] Header(int first, long length)
    {
        var bytes = new byte[10];
        (bytes[0], bytes[1]) = ((byte)first, 127);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), length);
        return bytes;
    }
}
