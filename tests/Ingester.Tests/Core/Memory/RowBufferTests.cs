using CsCheck;
using Ingester.Core.Memory;
using Ingester.Testing.Memory;

namespace Ingester.Tests.Core.Memory;

public sealed class RowBufferTests : IDisposable
{
    private readonly ChunkBalance chunks = new();

    [Fact]
    public void Written_bytes_are_read_in_order_for_all_sizes() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 199], Gen.Int[0, 99_999]), Gen.Int[0, 2]).Array[0, 39].Sample(writes => // also larger than any chunk that is kept
        {
            using var rows = new RowBuffer();
            using var expected = new MemoryStream();
            foreach (var (size, way) in writes)
            {
                var bytes = Enumerable.Range((int)expected.Length, size).Select(number => (byte)(number * 31 >> 3)).ToArray();
                Write(rows, bytes, way);
                expected.Write(bytes);
            }

            var all = expected.ToArray();
            Assert.Equal(all.Length, rows.Length);
            Assert.True(all.AsSpan().SequenceEqual(Read(rows)));
            Assert.True(all.AsSpan().SequenceEqual(rows.Chunks.SelectMany(chunk => chunk.ToArray()).ToArray()));
            Assert.All(rows.Chunks, chunk => Assert.NotEqual(0, chunk.Length));
            var copy = new byte[rows.Length];
            rows.CopyTo(copy);
            Assert.True(all.AsSpan().SequenceEqual(copy));
        }, iter: 50);

    [Fact]
    public void Reused_chunks_contain_no_earlier_data()
    {
        using var former = new RowBuffer();
        former.Append(new byte[300_000]);
        former.Dispose();
        Assert.Equal(0, former.Length);
        Assert.Empty(former.Chunks);
        using var next = new RowBuffer();
        next.Append(new byte[] { 1, 2, 3 });
        former.Append(new byte[] { 4 });
        Assert.Equal([1, 2, 3], Read(next));
        Assert.Equal([4], Read(former));
    }

    [Fact]
    public void Room_that_is_not_used_leaves_no_trace()
    {
        using var rows = new RowBuffer();
        rows.GetSpan(10);
        Assert.Empty(rows.Chunks);
        rows.Append(new byte[] { 1 });
        rows.GetSpan(5_000);
        rows.GetSpan(50_000); // in place of the one before, which nobody wrote to
        Assert.Equal([1], Read(rows));
        rows.Append(new byte[] { 2 });
        Assert.Equal([1, 2], Read(rows));
    }

    public void Dispose() => chunks.Dispose();

    /// <summary>In one of the ways in which rows are written.</summary>
    private static void Write(RowBuffer rows, byte[] bytes, int way)
    {
        if (way == 0)
        {
            rows.Append(bytes);
            return;
        }

        if (way == 1)
        {
            using var other = new RowBuffer();
            other.Append(bytes);
            rows.Append(other);
            return;
        }

        bytes.CopyTo(rows.GetSpan(bytes.Length));
        rows.Advance(bytes.Length);
    }

    private static byte[] Read(RowBuffer rows)
    {
        using var bytes = new MemoryStream();
        foreach (var chunk in rows.Chunks)
            bytes.Write(chunk.Span);
        return bytes.ToArray();
    }
}
