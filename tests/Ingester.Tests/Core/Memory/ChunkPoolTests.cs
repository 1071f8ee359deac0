using Ingester.Core.Memory;
using Ingester.Testing;

namespace Ingester.Tests.Core.Memory;

public sealed class ChunkPoolTests
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly ChunkPool pool;

    public ChunkPoolTests() => pool = new(clock);

    [Theory]
    [InlineData(1, 1 << 10)]
    [InlineData(1 << 10, 1 << 10)]
    [InlineData((1 << 10) + 1, 4 << 10)]
    [InlineData(17_000, 64 << 10)]
    [InlineData(64 << 10, 64 << 10)]
    [InlineData((64 << 10) + 1, (64 << 10) + 1)]
    public void Chunk_is_of_the_next_size_that_there_is(int asked, int given)
    {
        var chunk = pool.Rent(asked);
        Assert.Equal((given, given), (chunk.Capacity, chunk.Memory.Length));
        Assert.Equal(given, pool.CommittedBytes);
        chunk.GetSpan().Fill(7);
        Assert.Equal(-1, chunk.GetSpan().IndexOfAnyExcept((byte)7));
        pool.Return(chunk);
    }

    [Fact]
    public void Returned_chunk_is_reused_and_an_oversized_chunk_is_not_pooled()
    {
        var (usual, large) = (pool.Rent(100), pool.Rent(100_000));
        pool.Return(usual);
        pool.Return(large);
        Assert.Equal(1 << 10, pool.CommittedBytes);
        Assert.Same(usual, pool.Rent(100));
        Assert.Equal(1 << 10, pool.CommittedBytes);
    }

    [Fact]
    public void Chunks_unused_for_an_interval_are_released_to_the_kernel_until_they_are_needed()
    {
        RentAtOnce(10);
        pool.Trim();
        clock.Advance(ChunkPool.TrimInterval);
        pool.Trim(); // all ten were needed since the pool began; from here on it counts
        Assert.Equal(10 * ChunkPool.MaxPooledChunkBytes, pool.CommittedBytes);
        RentAtOnce(3);
        clock.Advance(ChunkPool.TrimInterval - TimeSpan.FromSeconds(1));
        pool.Trim();
        Assert.Equal(10 * ChunkPool.MaxPooledChunkBytes, pool.CommittedBytes);
        clock.Advance(TimeSpan.FromSeconds(1));
        pool.Trim(); // seven were not needed
        Assert.Equal(3 * ChunkPool.MaxPooledChunkBytes, pool.CommittedBytes);
        RentAtOnce(10);
        Assert.Equal(10 * ChunkPool.MaxPooledChunkBytes, pool.CommittedBytes);
    }

    [Fact]
    public void Buffer_reads_rows_from_chunks_that_were_allocated_again_after_their_release_to_the_kernel()
    {
        var chunk = pool.Rent(ChunkPool.MaxPooledChunkBytes);
        chunk.GetSpan().Fill(7);
        chunk.Decommit();
        chunk.GetSpan().Fill(9);
        Assert.Equal(-1, chunk.GetSpan().IndexOfAnyExcept((byte)9));
        pool.Return(chunk);
    }

    private void RentAtOnce(int count)
    {
        foreach (var chunk in Enumerable.Range(0, count).Select(_ => pool.Rent(ChunkPool.MaxPooledChunkBytes)).ToArray())
            pool.Return(chunk);
    }
}
