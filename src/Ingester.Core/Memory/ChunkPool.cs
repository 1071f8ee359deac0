using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Ingester.Core.Memory;

/// <summary>
/// A pool of chunks for rows. All segments of a minute return their chunks at the same time and rent them again in the next minute. <see
/// cref="System.Buffers.ArrayPool{T}"/> keeps only a few dozen arrays per size and leaves the rest to the garbage collector. Chunks that were unused
/// for a whole <see cref="TrimInterval"/> are decommitted, see <see cref="Trim"/>. Thread-safe.
/// </summary>
internal sealed class ChunkPool
{
    private const int MinChunkShift = 10;
    private const int BucketCount = 4;

    private readonly Bucket[] buckets;
    private long unpooledBytes;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="clock">Measures the <see cref="TrimInterval"/>.</param>
    public ChunkPool(TimeProvider clock) => buckets = [.. Enumerable.Range(0, BucketCount).Select(size => new Bucket(MinChunkBytes << (2 * size), clock))];

    /// <summary>Size of the smallest chunk: 1 KiB. Each next size is four times as large.</summary>
    public const int MinChunkBytes = 1 << MinChunkShift;

    /// <summary>Size of the largest pooled chunk: 64 KiB.</summary>
    public const int MaxPooledChunkBytes = MinChunkBytes << (2 * (BucketCount - 1));

    /// <summary>How long a chunk is unused before its memory is decommitted.</summary>
    public static TimeSpan TrimInterval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The pool of the process.</summary>
    public static ChunkPool Shared { get; } = new(TimeProvider.System);

    /// <summary>
    /// Counts the chunks that the current flow of execution rented and has not returned yet; null in production, which does not count them.
    /// </summary>
    public static AsyncLocal<StrongBox<int>?> RentedCount { get; } = new();

    /// <summary>Committed bytes of all chunks, rented or not.</summary>
    public long CommittedBytes => Interlocked.Read(ref unpooledBytes) + buckets.Sum(shelf => shelf.Bytes);

    /// <summary>Rents a chunk of at least this size; its content is undefined.</summary>
    public Chunk Rent(int size)
    {
        var chunk = RentOrAllocate(size);
        if (RentedCount.Value is { } renter)
            Interlocked.Increment(ref (chunk.Renter = renter).Value);
        return chunk;
    }

    /// <summary>Returns a chunk; it must not be used afterwards.</summary>
    public void Return(Chunk chunk)
    {
        if (chunk.Renter is { } renter)
            Interlocked.Decrement(ref renter.Value);
        chunk.Renter = null;
        foreach (var shelf in buckets)
            if (chunk.Capacity == shelf.Size)
            {
                shelf.Return(chunk);
                return;
            }

        Interlocked.Add(ref unpooledBytes, -chunk.Capacity);
        chunk.Free();
    }

    /// <summary>Decommits unused chunks. Call it periodically from one background thread.</summary>
    public void Trim()
    {
        foreach (var shelf in buckets)
            shelf.Trim();
    }

    private Chunk RentOrAllocate(int size)
    {
        foreach (var shelf in buckets)
            if (size <= shelf.Size)
                return shelf.Rent();
        Interlocked.Add(ref unpooledBytes, size);
        return new(size); // a row larger than any pooled chunk, such as a snapshot: too rare to pool
    }

    private sealed class Bucket(int size, TimeProvider clock)
    {
        private readonly Lock gate = new();
        private readonly Stack<Chunk> free = [];
        private readonly Stack<Chunk> decommitted = []; // free and decommitted
        private int total;
        private int minFree; // lowest number of free chunks since the last trim
        private long lastTrim = clock.GetTimestamp();

        public int Size => size;

        public long Bytes
        {
            get
            {
                lock (gate)
                    return (long)(total - decommitted.Count) * size;
            }
        }

        [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The renter owns the chunk until it returns it.")]
        public Chunk Rent()
        {
            lock (gate)
            {
                var found = free.TryPop(out var chunk) || decommitted.TryPop(out chunk);
                minFree = Math.Min(minFree, free.Count);
                if (found)
                    return chunk!;
                total++;
            }

            return new(size);
        }

        public void Return(Chunk chunk)
        {
            lock (gate)
                free.Push(chunk);
        }

        /// <summary>Once per interval, decommits the chunks that were free for all of it.</summary>
        public void Trim()
        {
            Chunk[] unused;
            lock (gate)
            {
                if (clock.GetElapsedTime(lastTrim) < TrimInterval)
                    return;
                unused = new Chunk[minFree];
                for (var index = 0; index < unused.Length; index++)
                    unused[index] = free.Pop();
                (minFree, lastTrim) = (free.Count, clock.GetTimestamp());
            }

            foreach (var chunk in unused)
                chunk.Decommit();
            lock (gate)
                Array.ForEach(unused, decommitted.Push);
        }
    }
}
