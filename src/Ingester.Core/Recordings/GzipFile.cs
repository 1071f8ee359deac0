using System.Buffers.Binary;
using System.IO.Compression;

namespace Ingester.Core.Recordings;

/// <summary>Detects truncated gzip files: <see cref="GZipStream"/> ends at the truncation without an exception.</summary>
internal static class GzipFile
{
    private const int MinFileBytes = 18;
    private static readonly byte[] SentinelMember = Compress(SentinelText);

    private static ReadOnlySpan<byte> SentinelText => "the end"u8;

    /// <summary>True when the file ends with a complete gzip member.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Number of decompressed bytes.</param>
    public static bool IsComplete(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length < MinFileBytes)
            return false;
        Span<byte> trailer = stackalloc byte[sizeof(uint)];
        file.Seek(-trailer.Length, SeekOrigin.End);
        file.ReadExactly(trailer);

        // RFC 1952: the last four bytes are the length of the last member; with several members this is not the total length.
        return BinaryPrimitives.ReadUInt32LittleEndian(trailer) == (uint)length || EndsAtMemberBoundary(file);
    }

    /// <summary>Appends a member and decompresses both: the appended content is found only if the file ends at a member boundary.</summary>
    private static bool EndsAtMemberBoundary(FileStream file)
    {
        file.Position = 0;
        using var joined = new JoinedStream(file, new MemoryStream(SentinelMember));
        using var unpacked = new GZipStream(joined, CompressionMode.Decompress);
        var (buffer, tail) = (new byte[1 << 16], Array.Empty<byte>());
        try
        {
            for (int read; (read = unpacked.Read(buffer)) > 0;)
            {
                byte[] both = [.. tail, .. buffer.AsSpan(0, read)];
                tail = both[Math.Max(0, both.Length - SentinelText.Length)..];
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }

        return SentinelText.SequenceEqual(tail);
    }

    private static byte[] Compress(ReadOnlySpan<byte> text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
            gzip.Write(text);
        return packed.ToArray();
    }

    /// <summary>Concatenates two streams.</summary>
    private sealed class JoinedStream(Stream first, Stream second) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => first.Read(buffer) is > 0 and var read ? read : second.Read(buffer);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
