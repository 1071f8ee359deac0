using System.Runtime.CompilerServices;
using Ingester.Core.Memory;

namespace Ingester.Testing.Memory;

/// <summary>
/// Part of every rig that stores rows: the chunks that were rented since it was made must have been returned when it is disposed. Of several in one test the first
/// one counts, which ends last.
/// </summary>
internal sealed class ChunkBalance : IDisposable
{
    private readonly Count? own;

    public ChunkBalance()
    {
        if (ChunkPool.RentedCount.Value is not Count { Ended: false })
            ChunkPool.RentedCount.Value = own = new();
    }

    public void Dispose()
    {
        if (own is null)
            return;
        Assert.True(own.Value == 0, $"{own.Value} chunks were not returned; they may be those of a test that failed before its end.");
        own.Ended = true;
    }

    private sealed class Count : StrongBox<int>
    {
        public bool Ended { get; set; }
    }
}
