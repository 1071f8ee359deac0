using Ingester.Core.Memory;
using Ingester.Testing.Memory;

namespace Ingester.Tests.Core.Segments;

/// <summary>The check that rigs end with sees what a test leaves behind.</summary>
public sealed class ChunkBalanceTests : IDisposable
{
    private readonly ChunkBalance chunks = new();
    private readonly RowBuffer rows = new();

    [Fact]
    public async Task Rented_chunks_are_counted_until_they_are_returned_by_any_thread()
    {
        rows.Append("{}"u8); // counted, although the balance was made by the constructor
        await Task.Run(() => rows.Append(new byte[ChunkPool.MaxPooledChunkBytes]));
        Assert.ThrowsAny<Exception>(chunks.Dispose);
        await Task.Run(rows.Dispose);
        chunks.Dispose();
    }

    public void Dispose() => rows.Dispose();
}
