using System.Runtime.InteropServices;
using Ingester.Core.Segments;

namespace Ingester.Benchmarks.Stages;

/// <summary>What packs rows otherwise, to compare with: libdeflate (https://github.com/ebiggers/libdeflate), the fastest library for text that is whole in memory.</summary>
internal sealed partial class LibdeflateCodec(int level) : IRowCodec, IDisposable
{
    private const string Library = "libdeflate.so.0";
    private const int Usual = 1 << 20;

    private readonly nint compressor = Allocate(level) is var made and not 0 ? made : throw new InvalidOperationException("libdeflate found no memory.");
    private byte[] text = new byte[Usual];
    private byte[] room = new byte[Usual];

    /// <summary>True where the system has the library.</summary>
    public static bool IsHere { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <inheritdoc/>
    public RowBuffer Pack(RowBuffer rows)
    {
        var length = (int)rows.Length;
        var bound = (int)Bound(compressor, (nuint)length);
        if (room.Length < bound)
            (text, room) = (new byte[2 * bound], new byte[2 * bound]);
        rows.CopyTo(text);
        var packed = new RowBuffer();
        packed.Append(room.AsSpan(0, (int)Compress(compressor, text, (nuint)length, room, (nuint)room.Length)));
        return packed;
    }

    /// <inheritdoc/>
    public void Dispose() => Free(compressor);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "libdeflate_alloc_compressor")]
    private static partial nint Allocate(int level);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "libdeflate_free_compressor")]
    private static partial void Free(nint compressor);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "libdeflate_gzip_compress_bound")]
    private static partial nuint Bound(nint compressor, nuint size);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "libdeflate_gzip_compress")]
    private static partial nuint Compress(nint compressor, ReadOnlySpan<byte> rows, nuint size, Span<byte> packed, nuint room);
}
