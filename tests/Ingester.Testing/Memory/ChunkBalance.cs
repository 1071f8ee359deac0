using System.Runtime.CompilerServices;
using Ingester.Core.Memory;

namespace Ingester.Testing.Memory;

/// <summary>
/// Part of every rig that stores rows. On disposal it checks that all chunks that were rented since its creation were returned. If a test has several, only the first
/// one checks, because it is disposed last.
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
