using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ingester.Core.Memory;

/// <summary>
/// A block of unmanaged memory for rows. Rows live for a minute, too long to be collected in generation 0: on the managed heap each chunk would be
/// promoted to generation 2 and cause collections there. A chunk has one owner, which returns it to the pool; a chunk that is not returned leaks.
/// </summary>
internal sealed unsafe partial class Chunk : MemoryManager<byte>
{
    private const int MadvDontNeed = 4; // MADV_DONTNEED of madvise(2)

    private static readonly nuint page = (nuint)Environment.SystemPageSize;

    private byte* bytes;

    /// <summary>Allocates memory; its content is undefined.</summary>
    /// <param name="size">Number of bytes; a chunk of zero bytes is never written to.</param>
    public Chunk(int size)
    {
        bytes = size == 0 ? null : (byte*)NativeMemory.AlignedAlloc((nuint)size, Alignment(size));
        Capacity = size;
    }

    /// <summary>A chunk without memory.</summary>
    public static Chunk None { get; } = new(0);

    /// <summary>Capacity in bytes.</summary>
    public int Capacity { get; }

    /// <summary>Number of bytes that its owner has written; unused in the pool.</summary>
    public int Used { get; set; }

    /// <summary>The next chunk of the same owner, so that a list of chunks needs no further memory; null in the pool.</summary>
    public Chunk? Next { get; set; }

    /// <summary>Counts the chunks that its renter holds, see <see cref="ChunkPool.RentedCount"/>; null in the pool.</summary>
    public StrongBox<int>? Renter { get; set; }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(bytes, Capacity);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(bytes + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
        // Unmanaged memory never moves.
    }

    /// <summary>
    /// Returns the physical memory to the kernel until the chunk is written again; the content is lost. The address range stays reserved, which
    /// avoids fragmentation.
    /// </summary>
    public void Decommit()
    {
        if (OperatingSystem.IsLinux() && Alignment(Capacity) == page)
            _ = Madvise(bytes, (nuint)Capacity, MadvDontNeed); // if madvise fails, the memory stays committed
    }

    /// <summary>Frees the memory.</summary>
    public void Free() => ((IDisposable)this).Dispose();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(bytes);
        bytes = null;
    }

    /// <summary>A size of whole pages is aligned to a page.</summary>
    private static nuint Alignment(int size) => (nuint)size % page == 0 ? page : (nuint)sizeof(nint);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(byte* start, nuint length, int advice);
}
