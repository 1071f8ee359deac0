using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ingester.Storage.Compression;

/// <summary>
/// The functions of libdeflate (https://github.com/ebiggers/libdeflate) that this program calls, in both directions. The library is the operating system's and is
/// looked for when the program runs; where it is absent, <see cref="System.IO.Compression"/> does the same work more slowly.
/// </summary>
internal static partial class Libdeflate
{
    private const string Library = "libdeflate.so.0";
    private const int Success = 0;

    /// <summary>True where the machine has the library.</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, typeof(Libdeflate).Assembly, DllImportSearchPath.SafeDirectories, out _);

    /// <summary>A new compressor of a level from 1 to 12.</summary>
    /// <exception cref="InvalidOperationException">The library found no memory for it.</exception>
    public static Compressor NewCompressor(int level) =>
        AllocateCompressor(level) is { IsInvalid: false } made ? made : throw new InvalidOperationException("libdeflate found no memory for a compressor.");

    /// <summary>The length that the gzip of a text has at most.</summary>
    public static int Bound(Compressor compressor, int length) => checked((int)CompressBound(compressor, (nuint)length));

    /// <summary>Compresses a text to one gzip member; its length.</summary>
    /// <param name="compressor">Not for two threads at once.</param>
    /// <param name="text">What is compressed.</param>
    /// <param name="target">At least <see cref="Bound"/> bytes.</param>
    public static int Compress(Compressor compressor, ReadOnlySpan<byte> text, Span<byte> target) =>
        Compress(compressor, text, (nuint)text.Length, target, (nuint)target.Length) is var size and not 0
            ? (int)size
            : throw new ArgumentException($"{target.Length} bytes are too few for the gzip of {text.Length}.", nameof(target));

    /// <summary>
    /// Decompresses all members, one after the other; false when they are not whole and right to the last byte, CRC and length included, when they do not fill the text
    /// exactly, or when the library is absent. What is wrong is then for .NET's reader to say.
    /// </summary>
    public static bool TryDecompress(ReadOnlySpan<byte> gzip, Span<byte> text)
    {
        if (!IsAvailable)
            return false;
        using var decompressor = AllocateDecompressor();
        if (decompressor.IsInvalid)
            return false;
        while (!gzip.IsEmpty)
        {
            if (Decompress(decompressor, gzip, (nuint)gzip.Length, text, (nuint)text.Length, out var read, out var written) != Success)
                return false;
            gzip = gzip[(int)read..];
            text = text[(int)written..];
        }

        return text.IsEmpty;
    }

    [LibraryImport(Library, EntryPoint = "libdeflate_alloc_compressor")]
    private static partial Compressor AllocateCompressor(int level);

    [LibraryImport(Library, EntryPoint = "libdeflate_free_compressor")]
    private static partial void FreeCompressor(nint compressor);

    [LibraryImport(Library, EntryPoint = "libdeflate_gzip_compress_bound")]
    private static partial nuint CompressBound(Compressor compressor, nuint length);

    [LibraryImport(Library, EntryPoint = "libdeflate_gzip_compress")]
    private static partial nuint Compress(Compressor compressor, ReadOnlySpan<byte> text, nuint length, Span<byte> target, nuint room);

    [LibraryImport(Library, EntryPoint = "libdeflate_alloc_decompressor")]
    private static partial Decompressor AllocateDecompressor();

    [LibraryImport(Library, EntryPoint = "libdeflate_free_decompressor")]
    private static partial void FreeDecompressor(nint decompressor);

    [LibraryImport(Library, EntryPoint = "libdeflate_gzip_decompress_ex")]
    private static partial int Decompress(Decompressor decompressor, ReadOnlySpan<byte> gzip, nuint size, Span<byte> text, nuint room, out nuint read, out nuint written);

    /// <summary>A compressor's memory, which is the library's.</summary>
    public sealed class Compressor() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        /// <inheritdoc/>
        protected override bool ReleaseHandle()
        {
            FreeCompressor(handle);
            return true;
        }
    }

    private sealed class Decompressor() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        /// <inheritdoc/>
        protected override bool ReleaseHandle()
        {
            FreeDecompressor(handle);
            return true;
        }
    }
}
