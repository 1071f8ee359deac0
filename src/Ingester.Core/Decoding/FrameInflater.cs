using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Exchanges;

namespace Ingester.Core.Decoding;

/// <summary>Decompresses the binary messages of one connection. The result is valid until the next call.</summary>
/// <param name="form">How messages are compressed.</param>
/// <param name="maxBytes">Maximum size of a decompressed message in bytes; a larger one is refused, so that a small message cannot fill the memory.</param>
internal sealed class FrameInflater(BinaryFrames form, int maxBytes) : IDisposable
{
    private const int InitialBytes = 1 << 14;
    private const int MinGzipBytes = 18; // header and trailer

    private byte[] input = [];
    private byte[] output = [];

    /// <summary>Decompresses a message.</summary>
    /// <exception cref="JsonException">The message is not compressed as the exchange documents, or it is too large.</exception>
    public ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> message)
    {
        if (form == BinaryFrames.Plain)
            return message;
        Fit(ref input, message.Length);
        message.CopyTo(input);
        using var source = new MemoryStream(input, 0, message.Length, writable: false);
        using Stream inflating = form == BinaryFrames.Gzip ? new GZipStream(source, CompressionMode.Decompress) : new DeflateStream(source, CompressionMode.Decompress);
        Fit(ref output, InitialBytes);
        var length = 0;
        try
        {
            for (int read; (read = inflating.Read(output, length, output.Length - length)) > 0;)
            {
                length += read;
                if (length > maxBytes)
                    throw new JsonException($"The decompressed message is longer than {maxBytes} bytes.");
                if (length == output.Length)
                    Grow();
            }
        }
        catch (InvalidDataException fault)
        {
            throw new JsonException($"The message is not valid {form} data: {fault.Message}", fault);
        }

        return form != BinaryFrames.Gzip || IsComplete(message, length) ? output.AsSpan(0, length) : throw new JsonException("The message is cut off: its last bytes are not its length.");
    }

    /// <summary>Decompresses a message; returns a damaged message as it is, so that it is quarantined.</summary>
    public ReadOnlySpan<byte> InflateOrKeep(ReadOnlySpan<byte> message)
    {
        try
        {
            return Inflate(message);
        }
        catch (JsonException)
        {
            return message;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Return(ref input);
        Return(ref output);
    }

    /// <summary>True when a gzip member ends with its length (RFC 1952, ISIZE): the runtime accepts a member that is cut off.</summary>
    private static bool IsComplete(ReadOnlySpan<byte> member, int length) =>
        member.Length >= MinGzipBytes && BinaryPrimitives.ReadUInt32LittleEndian(member[^sizeof(uint)..]) == (uint)length;

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * output.Length, maxBytes + 1L)); // one more, to find a message that is too large
        output.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(output);
        output = larger;
    }

    private static void Fit(ref byte[] buffer, int size)
    {
        if (buffer.Length >= size && buffer.Length > 0)
            return;
        Return(ref buffer);
        buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, InitialBytes));
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
