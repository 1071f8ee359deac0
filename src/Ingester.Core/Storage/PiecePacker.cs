using System.Diagnostics.CodeAnalysis;
using Ingester.Core.Segments;

namespace Ingester.Core.Storage;

/// <summary>
/// Packs the full pieces of open segments, on one thread beside the receive loops. A loop that brings more than it packs does the work itself, and so reads
/// more slowly: the exchange's bytes then wait in the system's buffers, and nothing is lost.
/// </summary>
internal sealed class PiecePacker : IDisposable
{
    private const int MostWaiting = 256; // pieces of 128 KiB: 32 MiB, a second at half a million frames

    private readonly object gate = new(); // a monitor: the thread waits on it, and a loop that wakes it wakes nothing else
    private readonly Queue<PackedRows> waiting = new(MostWaiting);
    private readonly Thread thread;
    private bool ended;

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
        lock (gate)
        {
            ended = true;
            Monitor.Pulse(gate);
        }

        thread.Join(); // what is still to be packed, is: it is done in milliseconds
    }

    private void Add(PackedRows rows)
    {
        if (!TryAdd(rows))
            rows.Pack();
    }

    private bool TryAdd(PackedRows rows)
    {
        lock (gate)
        {
            if (ended || waiting.Count == MostWaiting)
                return false;
            waiting.Enqueue(rows);
            if (waiting.Count == 1)
                Monitor.Pulse(gate);
            return true;
        }
    }

    private void Run()
    {
        NativeThread.GiveWay();
#pragma warning disable CA2000 // they are their segment's
        while (TryTake(out var rows))
            rows.Pack();
#pragma warning restore CA2000
    }

    private bool TryTake([NotNullWhen(true)] out PackedRows? rows)
    {
        lock (gate)
        {
            while (!waiting.TryDequeue(out rows))
            {
                if (ended)
                    return false;
                Monitor.Wait(gate);
            }

            return true;
        }
    }
}
