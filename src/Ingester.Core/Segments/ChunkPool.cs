namespace Ingester.Core.Segments;

/// <summary>
/// The chunks that rows are written into. All segments of a minute give theirs back together and take them again during the next minute: the framework's
/// pool keeps a few dozen per size and leaves the rest to the garbage collector, which would then carry a minute of rows twice. What was not needed
/// for a whole <see cref="TrimInterval"/> is let go. Safe for use by many threads.
/// </summary>
internal sealed class ChunkPool
{
    private const int SmallestShift = 10;
    private const int Sizes = 4;

    private static readonly TimeSpan TrimInterval = TimeSpan.FromMinutes(2);

    private readonly Shelf[] shelves = [.. Enumerable.Range(0, Sizes).Select(size => new Shelf(Smallest << (2 * size)))];

    /// <summary>The size of the smallest chunk: 1 KiB. Each next size is four times as large.</summary>
    public const int Smallest = 1 << SmallestShift;

    /// <summary>The size of the largest chunk that is kept: 64 KiB.</summary>
    public const int Largest = Smallest << (2 * (Sizes - 1));

    /// <summary>The pool of the process.</summary>
    public static ChunkPool Shared { get; } = new();

    /// <summary>A chunk of at least so many bytes; its content is undefined.</summary>
    public byte[] Rent(int size)
    {
        foreach (var shelf in shelves)
            if (size <= shelf.Size)
                return shelf.Take() ?? GC.AllocateUninitializedArray<byte>(shelf.Size);
        return GC.AllocateUninitializedArray<byte>(size); // a row larger than any chunk, such as a whole book: rare, and not worth keeping
    }

    /// <summary>Gives a chunk back.</summary>
    public void Return(byte[] chunk)
    {
        foreach (var shelf in shelves)
            if (chunk.Length == shelf.Size)
                shelf.Put(chunk);
    }

    private sealed class Shelf(int size)
    {
        private readonly Lock gate = new();
        private readonly Stack<byte[]> free = [];
        private int neverUsed;
        private long trimmedAt = Environment.TickCount64;

        public int Size => size;

        public byte[]? Take()
        {
            lock (gate)
            {
                if (!free.TryPop(out var chunk))
                    return null;
                neverUsed = Math.Min(neverUsed, free.Count);
                return chunk;
            }
        }

        public void Put(byte[] chunk)
        {
            lock (gate)
            {
                free.Push(chunk);
                if (Environment.TickCount64 - trimmedAt < TrimInterval.TotalMilliseconds)
                    return;
                for (; neverUsed > 0; neverUsed--)
                    free.Pop();
                (neverUsed, trimmedAt) = (free.Count, Environment.TickCount64);
            }
        }
    }
}
