using System.Threading.Channels;

namespace Ingester.Core.Live;

/// <summary>
/// One client of the live stream: its streams and its queue of batches. The queue is bounded by its size in bytes. When it is full, the client receives
/// what is queued, then one mark for each stream that states what it missed, and then the lines after that.
/// </summary>
/// <param name="isWanted">True for the streams that the client has chosen.</param>
/// <param name="maxQueuedBytes">Maximum size of the queue in bytes. One batch is accepted in any case.</param>
internal sealed class LiveClient(Func<LiveStream, bool> isWanted, long maxQueuedBytes)
{
    private readonly Lock gate = new();
    private readonly Channel<LiveBatch> queue = Channel.CreateUnbounded<LiveBatch>(new() { SingleReader = true, SingleWriter = true }); // bounded by Offer
    private bool[] wanted = []; // by the index of the stream
    private Dictionary<LiveStream, LiveLoss>? missed; // not null from a full queue until the client has received everything that was queued
    private long queuedBytes;

    /// <summary>Number of streams that the client has chosen and that are recorded.</summary>
    public int StreamCount { get; private set; }

    /// <summary>Number of rows that the client missed.</summary>
    public long MissedRows { get; private set; }

    /// <summary>True if the client has chosen the stream.</summary>
    public bool IsListeningTo(LiveStream stream) => Volatile.Read(ref wanted) is var known && stream.Index < known.Length && known[stream.Index];

    /// <summary>A stream exists from now on. Called by the hub, one call at a time.</summary>
    public void AddStream(LiveStream stream)
    {
        if (!isWanted(stream))
            return;
        if (stream.Index >= wanted.Length)
        {
            var grown = new bool[Math.Max(stream.Index + 1, wanted.Length * 2)];
            wanted.CopyTo(grown, 0);
            Volatile.Write(ref wanted, grown);
        }

        wanted[stream.Index] = true;
        StreamCount++;
        stream.AddClient();
    }

    /// <summary>Queues a batch, or notes its lines as missed when the queue is full. Never waits.</summary>
    /// <returns>The number of rows that the client misses.</returns>
    public long Offer(LiveBatch batch)
    {
        if (!IsConcerned(batch))
            return 0;
        lock (gate)
        {
            var before = MissedRows;
            foreach (var (stream, loss) in batch.Losses)
                if (IsListeningTo(stream))
                    MissedRows += loss.Rows;
            if (missed is null && (queuedBytes == 0 || queuedBytes + batch.Size <= maxQueuedBytes))
            {
                queuedBytes += batch.Size;
                queue.Writer.TryWrite(batch);
                return MissedRows - before;
            }

            missed ??= [];
            foreach (var entry in batch.Entries)
            {
                if (!IsListeningTo(entry.Stream))
                    continue;
                missed[entry.Stream] = missed.GetValueOrDefault(entry.Stream).Add(entry.Content);
                MissedRows += entry.Content.Rows;
            }

            foreach (var (stream, loss) in batch.Losses)
                if (IsListeningTo(stream))
                    missed[stream] = missed.GetValueOrDefault(stream).Add(loss);
            return MissedRows - before;
        }
    }

    /// <summary>Waits for a batch; false when the stream has ended and everything was taken.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => queue.Reader.WaitToReadAsync(cancel);

    /// <summary>Takes the next batch; null when none is queued.</summary>
    public LiveBatch? Take()
    {
        if (!queue.Reader.TryRead(out var batch))
            return null;
        lock (gate)
            queuedBytes -= batch.Size;
        return batch;
    }

    /// <summary>
    /// Takes what the client missed since it was full, once no batch is queued: everything before it has been taken, and everything after it will be queued.
    /// </summary>
    public IReadOnlyDictionary<LiveStream, LiveLoss>? TakeMissed()
    {
        lock (gate)
        {
            if (missed is not { } lost || queuedBytes > 0)
                return null;
            missed = null;
            return lost;
        }
    }

    /// <summary>The stream ends: nothing is queued any more.</summary>
    public void Complete() => queue.Writer.TryComplete();

    private bool IsConcerned(LiveBatch batch)
    {
        foreach (var entry in batch.Entries)
            if (IsListeningTo(entry.Stream))
                return true;
        foreach (var stream in batch.Losses.Keys)
            if (IsListeningTo(stream))
                return true;
        return false;
    }
}
