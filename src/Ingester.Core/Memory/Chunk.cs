using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ingester.Core.Memory;

/// <summary>
/// A piece of memory that rows are written into, outside the garbage collector's heap: a minute of rows lives too long to be collected young, so that the
/// collector would carry each chunk from generation to generation and collect the oldest one for it. It belongs to one owner, who gives it back to the pool;
/// what is not given back stays taken as long as the process lives.
/// </summary>
internal sealed unsafe partial class Chunk : MemoryManager<byte>
{
    private const int NotNeeded = 4; // the system's MADV_DONTNEED

    private static readonly nuint page = (nuint)Environment.SystemPageSize;

    private byte* bytes;

    /// <summary>Takes memory from the system; its content is undefined.</summary>
    /// <param name="size">How many bytes; one of none is never written to.</param>
    public Chunk(int size)
    {
        bytes = size == 0 ? null : (byte*)NativeMemory.AlignedAlloc((nuint)size, Alignment(size));
        Length = size;
    }

    /// <summary>One without room.</summary>
    public static Chunk None { get; } = new(0);

    /// <summary>How many bytes it has room for.</summary>
    public int Length { get; }

    /// <summary>How many bytes its owner has written; of no use in the pool.</summary>
    public int Used { get; set; }

    /// <summary>The one that its owner wrote after it, so that a list of chunks needs no memory of its own; null in the pool.</summary>
    public Chunk? Next { get; set; }

    /// <summary>The count of its renter, see <see cref="ChunkPool.Rented"/>; null in the pool.</summary>
    public StrongBox<int>? Renter { get; set; }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(bytes, Length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(bytes + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
        // It never moves.
    }

    /// <summary>
    /// Lets the system have its memory until somebody writes to it again; the content is lost. Its place stays taken, so that no other's memory is cut into pieces.
    /// </summary>
    public void Cool()
    {
        if (OperatingSystem.IsLinux() && Alignment(Length) == page)
            _ = Advise(bytes, (nuint)Length, NotNeeded); // where it is refused, the memory stays taken
    }

    /// <summary>Gives the memory back for good.</summary>
    public void Free() => ((IDisposable)this).Dispose();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(bytes);
        bytes = null;
    }

    /// <summary>What is made of whole pages begins with one.</summary>
    private static nuint Alignment(int size) => (nuint)size % page == 0 ? page : (nuint)sizeof(nint);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* start, nuint length, int advice);
}
