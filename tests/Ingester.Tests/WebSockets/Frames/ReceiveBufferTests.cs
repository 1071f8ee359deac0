using Ingester.Recording.Sessions;
using Ingester.WebSockets;
using Ingester.WebSockets.Frames;

namespace Ingester.Tests.WebSockets.Frames;

public sealed class ReceiveBufferTests
{
    [Fact]
    public void It_grows_with_a_long_message_keeps_its_bytes_and_shrinks_again()
    {
        using var buffer = new ReceiveBuffer(1024, 1 << 20);
        var sent = new byte[100_000];
        new Random(1).NextBytes(sent);
        for (var written = 0; written < sent.Length;)
        {
            var room = buffer.GetMemory();
            var count = Math.Min(room.Length, sent.Length - written);
            sent.AsMemory(written, count).CopyTo(room);
            buffer.Advance(count);
            written += count;
        }

        Assert.True(buffer.Message.SequenceEqual(sent));
        buffer.Clear();
        Assert.Equal(1024, buffer.GetMemory().Length);
    }

    [Fact]
    public void A_message_of_the_limit_is_taken_and_one_byte_more_is_a_fault()
    {
        using var buffer = new ReceiveBuffer(1024, 3000);
        while (buffer.Message.Length < 3000)
            buffer.Advance(Math.Min(buffer.GetMemory().Length, 3000 - buffer.Message.Length));
        var fault = ConnectionFault.FromException(Assert.Throws<ConnectionException>(() => buffer.GetMemory()));
        Assert.Equal(ConnectionFaultKind.Oversized, fault.Kind);
    }
}
