using System.IO.Compression;

namespace Ingester.Testing.Fakes;

/// <summary>Compresses messages as exchanges do.</summary>
internal static class Compressed
{
    public static byte[] Gzip(ReadOnlySpan<byte> text)
    {
        using var bytes = new MemoryStream();
        using (var compressing = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
            compressing.Write(text);
        return bytes.ToArray();
    }

    public static byte[] Deflate(ReadOnlySpan<byte> text)
    {
        using var bytes = new MemoryStream();
        using (var compressing = new DeflateStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
            compressing.Write(text);
        return bytes.ToArray();
    }
}
