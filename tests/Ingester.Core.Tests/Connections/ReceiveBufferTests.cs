using Ingester.Recording.Sessions;
using Ingester.WebSockets;
using Ingester.WebSockets.Frames;

namespace Ingester.Core.Tests.Connections;

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
            var room = buffer.Room();
            var count = Math.Min(room.Length, sent.Length - written);
            sent.AsMemory(written, count).CopyTo(room);
            buffer.Received(count);
            written += count;
        }

        Assert.True(buffer.Message.SequenceEqual(sent));
        buffer.Clear();
        Assert.Equal(1024, buffer.Room().Length);
    }

    [Fact]
    public void A_message_of_the_limit_is_taken_and_one_byte_more_is_a_fault()
    {
        using var buffer = new ReceiveBuffer(1024, 3000);
        while (buffer.Message.Length < 3000)
            buffer.Received(Math.Min(buffer.Room().Length, 3000 - buffer.Message.Length));
        var fault = ConnectionFault.Of(Assert.Throws<ConnectionException>(() => buffer.Room()));
        Assert.Equal(FaultKind.Oversized, fault.Kind);
    }
}
