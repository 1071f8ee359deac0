using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Ingester.Core.Memory;
using Microsoft.Win32.SafeHandles;

namespace Ingester.Storage.Spooling;

/// <summary>
/// The file format of one object: <c>magic, length of the header, header, gzipped rows, SHA-256 of all before it</c>. A truncated, extended or
/// modified file is detected, down to a single bit.
/// </summary>
internal static class SpoolFile
{
    private const int ReadSize = 1 << 16;
    private const int PrefixSize = 12;
    private const int MaxHeaderBytes = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "INGSPL1\n"u8;

    /// <summary>Length of the file of an object.</summary>
    public static long LengthOf(int header, RowBuffer body) => PrefixSize + header + body.Length + SHA256.HashSizeInBytes;

    /// <summary>Writes an object to a new file and flushes it to disk.</summary>
    public static void Write(string path, byte[] header, RowBuffer body)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var prefix = new byte[PrefixSize];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(Magic.Length), header.Length);
        var offset = 0L;
        void Append(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(file, bytes, offset);
            offset += bytes.Length;
        }

        foreach (var part in body.Chunks.Prepend(header).Prepend(prefix))
        {
            hash.AppendData(part.Span);
            Append(part.Span);
        }

        Append(hash.GetHashAndReset());
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>
    /// Reads a file. The checksum is verified before anything else is read, piece by piece, so that a file of any size needs little memory.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message says how.</exception>
    public static SpooledObject Read(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        Span<byte> prefix = stackalloc byte[PrefixSize];
        if (length < PrefixSize + SHA256.HashSizeInBytes)
            throw new InvalidDataException($"it has only {length} bytes");
        ReadAll(file, prefix, 0);
        if (!prefix.StartsWith(Magic))
            throw new InvalidDataException("it does not start with the magic bytes of a spool file of this version");
        CheckHash(file, length);

        var size = BinaryPrimitives.ReadInt32LittleEndian(prefix[Magic.Length..]);
        var end = length - SHA256.HashSizeInBytes;
        if (size is < 0 or > MaxHeaderBytes || PrefixSize + size > end)
            throw new InvalidDataException($"its header length of {size} bytes is not valid");
        var header = new byte[size];
        ReadAll(file, header, PrefixSize);
#pragma warning disable CA2000 // the returned object owns the body
        return new(ReadHeader(header), ReadBody(file, PrefixSize + size, end));
#pragma warning restore CA2000
    }

    private static SpoolHeader ReadHeader(byte[] bytes)
    {
        try
        {
            return SpoolHeader.Read(bytes);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"its header cannot be read: {error.Message}", error);
        }
    }

    private static RowBuffer ReadBody(SafeFileHandle file, long offset, long end)
    {
        var body = new RowBuffer();
        try
        {
            while (offset < end)
            {
                var space = body.GetSpan();
                space = space[..(int)Math.Min(space.Length, end - offset)];
                ReadAll(file, space, offset);
                body.Advance(space.Length);
                offset += space.Length;
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static void CheckHash(SafeFileHandle file, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            var end = length - SHA256.HashSizeInBytes;
            for (var offset = 0L; offset < end;)
            {
                var part = piece.AsSpan(0, (int)Math.Min(piece.Length, end - offset));
                ReadAll(file, part, offset);
                hash.AppendData(part);
                offset += part.Length;
            }

            Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
            ReadAll(file, stored, end);
            if (!stored.SequenceEqual(hash.GetHashAndReset()))
                throw new InvalidDataException("its checksum does not match: it was truncated or modified");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static void ReadAll(SafeFileHandle file, Span<byte> target, long offset)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(file, target, offset);
            if (read == 0)
                throw new InvalidDataException("it was truncated while it was read");
            target = target[read..];
            offset += read;
        }
    }
}
