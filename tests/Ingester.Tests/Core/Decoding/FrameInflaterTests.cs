using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Testing.Fakes;

namespace Ingester.Tests.Core.Decoding;

public sealed class FrameInflaterTests
{
    private const int Max = 1 << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(300_000)]
    [InlineData(Max)]
    public void Message_of_any_size_within_the_limit_is_decompressed(int length)
    {
        byte[] random = [.. RandomNumberGenerator.GetBytes(length / 2), .. new byte[length - length / 2]];
        using var gzip = new FrameInflater(BinaryFrames.Gzip, Max);
        using var deflate = new FrameInflater(BinaryFrames.Deflate, Max);
        Assert.True(gzip.Inflate(Compressed.Gzip(random)).SequenceEqual(random));
        Assert.True(deflate.Inflate(Compressed.Deflate(random)).SequenceEqual(random));
    }

    [Fact]
    public void Messages_of_a_connection_are_decompressed_in_order_for_all_sizes()
    {
        using var inflater = new FrameInflater(BinaryFrames.Gzip, Max);
        foreach (var length in new[] { 10, 200_000, 5, 20_000, Max, 1 })
        {
            var text = new string('x', length);
            Assert.Equal(text, Encoding.UTF8.GetString(inflater.Inflate(Compressed.Gzip(Encoding.UTF8.GetBytes(text)))));
            Assert.Throws<JsonException>(() => inflater.Inflate("damaged"u8).Length);
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(16_384)]
    [InlineData(20_000)]
    [InlineData(1 << 16)]
    public void Message_that_is_one_byte_too_large_is_refused(int limit)
    {
        using var inflater = new FrameInflater(BinaryFrames.Gzip, limit);
        Assert.Equal(limit, inflater.Inflate(Compressed.Gzip(new byte[limit])).Length);
        var fault = Assert.Throws<JsonException>(() => inflater.Inflate(Compressed.Gzip(new byte[limit + 1])).Length);
        Assert.Contains($"longer than {limit} bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_message_that_would_fill_the_memory_is_refused_before_it_does()
    {
        var bomb = Compressed.Gzip(new byte[64 << 20]);
        using var inflater = new FrameInflater(BinaryFrames.Gzip, Max);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<JsonException>(() => inflater.Inflate(bomb).Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * Max);
    }

    [Fact]
    public void Message_in_another_form_or_with_a_damaged_byte_is_refused()
    {
        var text = RandomNumberGenerator.GetBytes(1000);
        using var gzip = new FrameInflater(BinaryFrames.Gzip, Max);
        using var deflate = new FrameInflater(BinaryFrames.Deflate, Max);
        Assert.Throws<JsonException>(() => gzip.Inflate("""{"a":1}"""u8).Length);
        Assert.Throws<JsonException>(() => gzip.Inflate(Compressed.Deflate(text)).Length);
        Assert.Throws<JsonException>(() => deflate.Inflate([0xff, 0xff, 0xff, 0xff]).Length);
        var damaged = Compressed.Gzip(text);
        damaged[^6] ^= 1; // the checksum
        Assert.Throws<JsonException>(() => gzip.Inflate(damaged).Length);
        damaged = Compressed.Gzip(text);
        damaged[damaged.Length / 2] ^= 1;
        Assert.Throws<JsonException>(() => gzip.Inflate(damaged).Length);
    }

    [Fact]
    public void Truncated_message_is_rejected()
    {
        var message = Compressed.Gzip(Encoding.UTF8.GetBytes("""{"channel":"trades","data":[1,2,3,4,5,6,7,8,9]}"""));
        using var inflater = new FrameInflater(BinaryFrames.Gzip, Max);
        for (var length = 0; length < message.Length; length++)
            Assert.Throws<JsonException>(() => inflater.Inflate(message.AsSpan(0, length)).Length);
    }

    [Fact]
    public void Message_without_compression_is_itself()
    {
        using var inflater = new FrameInflater(BinaryFrames.Plain, Max);
        var message = "anything"u8.ToArray();
        Assert.True(inflater.Inflate(message) == message.AsSpan());
    }
}
