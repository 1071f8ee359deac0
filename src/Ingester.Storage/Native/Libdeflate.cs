using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ingester.Storage.Native;

/// <summary>
/// The functions of libdeflate (https://github.com/ebiggers/libdeflate) that this program calls, for compression and decompression. The library
/// comes with the operating system and is loaded at run time. If it is missing, <see cref="System.IO.Compression"/> does the same work more
/// slowly.
/// </summary>
internal static partial class Libdeflate
{
    private const string Library = "libdeflate.so.0";
    private const int Success = 0;

    /// <summary>True if the library is installed.</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, typeof(Libdeflate).Assembly, DllImportSearchPath.SafeDirectories, out _);

    /// <summary>Creates a compressor with a level from 1 to 12.</summary>
    /// <exception cref="InvalidOperationException">The library could not allocate memory.</exception>
    public static Compressor CreateCompressor(int level) =>
        AllocateCompressor(level) is { IsInvalid: false } made ? made : throw new InvalidOperationException("libdeflate could not allocate a compressor.");

    /// <summary>Maximum length of the gzip output for an input of the given length.</summary>
    public static int MaxCompressedLength(Compressor compressor, int length) => checked((int)CompressBound(compressor, (nuint)length));

    /// <summary>Compresses a text to one gzip member and returns its length.</summary>
    /// <param name="compressor">The compressor; not thread-safe.</param>
    /// <param name="text">The input.</param>
    /// <param name="target">The output buffer, at least <see cref="MaxCompressedLength"/> bytes.</param>
    public static int Compress(Compressor compressor, ReadOnlySpan<byte> text, Span<byte> target) =>
        Compress(compressor, text, (nuint)text.Length, target, (nuint)target.Length) is var size and not 0
            ? (int)size
            : throw new ArgumentException($"A buffer of {target.Length} bytes is too small for the gzip output of {text.Length} bytes.", nameof(target));

    /// <summary>
    /// Decompresses all gzip members. Returns false if the library is missing, if a member is incomplete or its CRC or length is wrong, or if the
    /// output does not fill the text exactly. The caller then uses .NET's reader, which reports the cause.
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

    /// <summary>Handle of a compressor that the library allocated.</summary>
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
