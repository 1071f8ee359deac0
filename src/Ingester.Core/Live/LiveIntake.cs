namespace Ingester.Core.Live;

/// <summary>
/// Collects the lines of all streams until they are taken. Receive threads append; the lock is held for the copy of one line. Bounded: when it is full, lines
/// are dropped until everything is taken, and the last batch states what was dropped.
/// </summary>
/// <param name="maxBytes">Maximum memory of the lines that are not taken yet, in bytes.</param>
internal sealed class LiveIntake(long maxBytes)
{
    /// <summary>Size of the blocks of memory: below the limit of the large object heap.</summary>
    private const int BlockBytes = 64 << 10;

    private readonly Lock gate = new();
    private List<LiveBatch> batches = [];
    private LiveBatch? current;
    private byte[] block = [];
    private int used; // bytes of the block that belong to batches
    private long size; // of all batches before the current one
    private bool isFull;

    /// <summary>Appends a line, or notes that it is dropped.</summary>
    public void Append(LiveStream stream, in LiveLineParts line)
    {
        lock (gate)
        {
            if (isFull || (current is not null && size + current.Size + line.Length > maxBytes))
            {
                isFull = true;
                current!.AddLoss(stream, line.Content);
                return;
            }

            if (current is null || current.Room < line.Length)
                current = OpenBatch(line.Length);
            current.Append(stream, line);
        }
    }

    /// <summary>Takes all batches, the oldest first.</summary>
    public IReadOnlyList<LiveBatch> TakeAll()
    {
        lock (gate)
        {
            if (current is null)
                return [];
            var taken = batches;
            used = current.End;
            (batches, current, size, isFull) = ([], null, 0, false);
            return taken;
        }
    }

    private LiveBatch OpenBatch(int length)
    {
        size += current?.Size ?? 0;
        if (current is not null || block.Length - used < length)
            (block, used) = (GC.AllocateUninitializedArray<byte>(Math.Max(BlockBytes, length)), 0);
        var opened = new LiveBatch(block, used);
        batches.Add(opened);
        return opened;
    }
}
