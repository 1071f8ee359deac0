using System.Threading.Channels;
using Ingester.Core.Rows;
using Ingester.Storage.Threads;

namespace Ingester.Storage.Compression;

/// <summary>
/// Packs the full pieces of open segments, on one thread beside the receive loops. A loop that brings more than it packs does the work itself, and so reads
/// more slowly: the exchange's bytes then wait in the system's buffers, and nothing is lost.
/// </summary>
internal sealed class PiecePacker : IDisposable
{
    private const int MostWaiting = 256; // pieces of 128 KiB: 32 MiB, a second at half a million frames

    // Continuations run at once: a loop that adds a piece wakes the thread that packs, and no thread of the pool.
    private readonly Channel<PackedRows> waiting =
        Channel.CreateBounded<PackedRows>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly Thread thread;

    /// <summary>Begins.</summary>
    public PiecePacker(IRowCodec codec)
    {
        Packing = new(codec, Add);
        thread = new(Run) { IsBackground = true, Name = "pack" };
        thread.Start();
    }

    /// <summary>How recorders of streams pack with it.</summary>
    public SegmentPacking Packing { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        waiting.Writer.TryComplete();
        thread.Join(); // what is still to be packed, is: it is done in milliseconds
    }

    private void Add(PackedRows rows)
    {
        if (!waiting.Writer.TryWrite(rows))
            rows.Pack();
    }

    private void Run()
    {
        NativeThread.GiveWay();
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (waiting.Reader.TryRead(out var rows))
                rows.Pack();
    }
}
