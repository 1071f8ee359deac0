using System.Threading.Channels;
using Ingester.Core.Rows;
using Ingester.Storage.Native;

namespace Ingester.Storage.Compression;

/// <summary>
/// Compresses full pieces of open segments on its own thread. If the queue is full, the receive loop compresses the piece itself. The loop then
/// reads more slowly, which applies back-pressure: data waits in the kernel's socket buffers and is not lost.
/// </summary>
internal sealed class CompressionWorker : IDisposable
{
    private const int MaxQueuedPieces = 256; // pieces of 128 KiB: 32 MiB, one second of data at 500,000 frames/s

    // Synchronous continuations: a loop that enqueues a piece wakes the compression thread directly, without a thread of the pool.
    private readonly Channel<CompressedRows> queue =
        Channel.CreateBounded<CompressedRows>(new BoundedChannelOptions(MaxQueuedPieces) { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly Thread thread;

    /// <summary>Starts the thread.</summary>
    public CompressionWorker(IRowCodec codec)
    {
        SegmentCompression = new(codec, EnqueueOrCompress);
        thread = new(Run) { IsBackground = true, Name = "pack" };
        thread.Start();
    }

    /// <summary>The compression settings that stream recorders use to compress on this thread.</summary>
    public SegmentCompression SegmentCompression { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join(); // queued pieces are still compressed; that takes milliseconds
    }

    private void EnqueueOrCompress(CompressedRows rows)
    {
        if (!queue.Writer.TryWrite(rows))
            rows.CompressPending();
    }

    private void Run()
    {
        NativeThread.LowerPriority();
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (queue.Reader.TryRead(out var rows))
                rows.CompressPending();
    }
}
