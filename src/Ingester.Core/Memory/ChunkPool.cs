using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Ingester.Core.Memory;

/// <summary>
/// The chunks that rows are written into. All segments of a minute give theirs back together and take them again during the next minute: the framework's
/// pool keeps a few dozen per size and leaves the rest to the garbage collector, which would then carry a minute of rows twice. What was not needed
/// for a whole <see cref="TrimInterval"/> is the system's again until it is, see <see cref="Trim"/>. Safe for use by many threads.
/// </summary>
internal sealed class ChunkPool
{
    private const int SmallestShift = 10;
    private const int Sizes = 4;

    private readonly Shelf[] shelves;
    private long large;

    /// <summary>A pool without chunks.</summary>
    /// <param name="clock">Measures the <see cref="TrimInterval"/>.</param>
    public ChunkPool(TimeProvider clock) => shelves = [.. Enumerable.Range(0, Sizes).Select(size => new Shelf(Smallest << (2 * size), clock))];

    /// <summary>The size of the smallest chunk: 1 KiB. Each next size is four times as large.</summary>
    public const int Smallest = 1 << SmallestShift;

    /// <summary>The size of the largest chunk that is kept: 64 KiB.</summary>
    public const int Largest = Smallest << (2 * (Sizes - 1));

    /// <summary>How long a chunk lies unused before the system gets its memory.</summary>
    public static TimeSpan TrimInterval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The pool of the process.</summary>
    public static ChunkPool Shared { get; } = new(TimeProvider.System);

    /// <summary>The number of chunks that the current flow of execution rented and that are not returned yet; null, as in production, where nobody counts them.</summary>
    public static AsyncLocal<StrongBox<int>?> Rented { get; } = new();

    /// <summary>How many bytes of memory all chunks take, rented or not.</summary>
    public long Bytes => Interlocked.Read(ref large) + shelves.Sum(shelf => shelf.Bytes);

    /// <summary>A chunk of at least so many bytes; its content is undefined.</summary>
    public Chunk Rent(int size)
    {
        var chunk = Take(size);
        if (Rented.Value is { } renter)
            Interlocked.Increment(ref (chunk.Renter = renter).Value);
        return chunk;
    }

    /// <summary>Gives a chunk back; nobody may use it any more.</summary>
    public void Return(Chunk chunk)
    {
        if (chunk.Renter is { } renter)
            Interlocked.Decrement(ref renter.Value);
        chunk.Renter = null;
        foreach (var shelf in shelves)
            if (chunk.Length == shelf.Size)
            {
                shelf.Put(chunk);
                return;
            }

        Interlocked.Add(ref large, -chunk.Length);
        chunk.Free();
    }

    /// <summary>Gives the system the memory of what nobody needed; to be called now and then, by one thread that nobody waits for.</summary>
    public void Trim()
    {
        foreach (var shelf in shelves)
            shelf.Trim();
    }

    private Chunk Take(int size)
    {
        foreach (var shelf in shelves)
            if (size <= shelf.Size)
                return shelf.Take();
        Interlocked.Add(ref large, size);
        return new(size); // a row larger than any chunk, such as a whole book: rare, and not worth keeping
    }

    private sealed class Shelf(int size, TimeProvider clock)
    {
        private readonly Lock gate = new();
        private readonly Stack<Chunk> free = [];
        private readonly Stack<Chunk> cold = []; // free, and the system has their memory
        private int all;
        private int neverUsed; // of the free ones, since the last look
        private long lookedAt = clock.GetTimestamp();

        public int Size => size;

        public long Bytes
        {
            get
            {
                lock (gate)
                    return (long)(all - cold.Count) * size;
            }
        }

        [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The renter owns the chunk until it returns it.")]
        public Chunk Take()
        {
            lock (gate)
            {
                var found = free.TryPop(out var chunk) || cold.TryPop(out chunk);
                neverUsed = Math.Min(neverUsed, free.Count);
                if (found)
                    return chunk!;
                all++;
            }

            return new(size);
        }

        public void Put(Chunk chunk)
        {
            lock (gate)
                free.Push(chunk);
        }

        /// <summary>Once in an interval, lets those go that lay there for all of it.</summary>
        public void Trim()
        {
            Chunk[] unused;
            lock (gate)
            {
                if (clock.GetElapsedTime(lookedAt) < TrimInterval)
                    return;
                unused = new Chunk[neverUsed];
                for (var index = 0; index < unused.Length; index++)
                    unused[index] = free.Pop();
                (neverUsed, lookedAt) = (free.Count, clock.GetTimestamp());
            }

            foreach (var chunk in unused)
                chunk.Cool();
            lock (gate)
                Array.ForEach(unused, cold.Push);
        }
    }
}
