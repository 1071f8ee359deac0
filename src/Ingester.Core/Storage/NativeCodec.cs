using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Ingester.Core.Segments;

namespace Ingester.Core.Storage;

/// <summary>
/// Packs with libdeflate (https://github.com/ebiggers/libdeflate), which packs pieces that are whole in memory smaller and in less time than zlib. Its bytes differ
/// from those of <see cref="ManagedCodec"/>; what they unpack to does not, and that is what hashes are of.
/// </summary>
internal sealed partial class NativeCodec : IRowCodec
{
    /// <summary>Where the sum of time to pack and bytes to keep is least, see docs/performance.md.</summary>
    public const int BestLevel = 3;

    /// <summary>Two thirds of the time, for a fourteenth more bytes.</summary>
    public const int FastLevel = 1;

    /// <summary>The library's file.</summary>
    public const string Library = "libdeflate.so.0";

    // Last in, first out, whichever thread it was: what was used last is in the processor's caches, and one is as large as half of them.
    private readonly ConcurrentStack<Bench> benches = [];

    /// <summary>Packs at a level.</summary>
    /// <param name="level">From 1, the fastest, to 12, the smallest.</param>
    public NativeCodec(int level) => Level = level;

    /// <summary>The level.</summary>
    public int Level { get; }

    /// <summary>True where the system has the library.</summary>
    public static bool IsHere { get; } = NativeLibrary.TryLoad(Library, typeof(NativeCodec).Assembly, DllImportSearchPath.SafeDirectories, out _);

    /// <inheritdoc/>
    public RowBuffer Pack(RowBuffer rows)
    {
        if (!benches.TryPop(out var bench))
            bench = new(Level); // as many as pack at once, as long as the process lives
        var packed = new RowBuffer();
        bench.Pack(rows, packed);
        benches.Push(bench);
        return packed;
    }

    [LibraryImport(Library, EntryPoint = "libdeflate_alloc_compressor")]
    private static partial nint Allocate(int level);

    [LibraryImport(Library, EntryPoint = "libdeflate_gzip_compress_bound")]
    private static partial nuint Bound(nint compressor, nuint size);

    [LibraryImport(Library, EntryPoint = "libdeflate_gzip_compress")]
    private static partial nuint Compress(nint compressor, ReadOnlySpan<byte> rows, nuint size, Span<byte> packed, nuint room);

    /// <summary>What one thread at a time works with: the library wants the rows in one piece, and the room for the worst case.</summary>
    private sealed class Bench(int level)
    {
        private const int Usual = 2 * SegmentPacking.PieceBytes;

        private readonly nint compressor = Allocate(level) is var made and not 0 ? made : throw new InvalidOperationException("libdeflate found no memory.");
        // Outside the collected heap: large ones would be collected with its oldest generation, and be a reason to. They live as long as the bench.
        private readonly Memory<byte> text = ChunkPool.Shared.Rent(Usual).Memory;
        private readonly Memory<byte> room = ChunkPool.Shared.Rent(Usual).Memory;

        public void Pack(RowBuffer rows, RowBuffer packed)
        {
            var length = checked((int)rows.Length);
            var bound = checked((int)Bound(compressor, (nuint)length));
            if (bound <= Usual)
            {
                Pack(rows, text.Span[..length], room.Span[..bound], packed);
                return;
            }

            // One of unusual size, such as for a minute's coverage.
            var (source, target) = (ChunkPool.Shared.Rent(length), ChunkPool.Shared.Rent(bound));
            try
            {
                Pack(rows, source.GetSpan()[..length], target.GetSpan()[..bound], packed);
            }
            finally
            {
                ChunkPool.Shared.Return(source);
                ChunkPool.Shared.Return(target);
            }
        }

        private void Pack(RowBuffer rows, Span<byte> source, Span<byte> target, RowBuffer packed)
        {
            rows.CopyTo(source);
            var size = (int)Compress(compressor, source, (nuint)source.Length, target, (nuint)target.Length);
            if (size == 0)
                throw new InvalidOperationException($"libdeflate found no room for {source.Length} bytes in {target.Length}.");
            packed.Append(target[..size]);
        }
    }
}
