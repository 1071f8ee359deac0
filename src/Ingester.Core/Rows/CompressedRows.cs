using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Ingester.Core.Memory;

namespace Ingester.Core.Rows;

/// <summary>
/// The rows of a long segment except the newest, compressed piece by piece while the segment is open. A busy minute needs a fifth of the memory, and
/// the work is not concentrated at the end of the minute. The owner adds pieces; any thread compresses them, in their order.
/// </summary>
internal sealed class CompressedRows(IRowCodec codec) : IDisposable
{
    private const int ReadSize = 1 << 16;

    private readonly Lock gate = new();
    private readonly ConcurrentQueue<RowBuffer> pending = [];
    private readonly RowBuffer compressed = new();
    private IncrementalHash? hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string? sha256;
    private long heldBytes;

    /// <summary>Length of the added rows in bytes, uncompressed.</summary>
    public long Length { get; private set; }

    /// <summary>Memory in use, in bytes.</summary>
    public long HeldBytes => Volatile.Read(ref heldBytes);

    /// <summary>Adds the next piece and takes ownership of it.</summary>
    public void Add(RowBuffer piece)
    {
        Length += piece.Length;
        Interlocked.Add(ref heldBytes, piece.Length);
        pending.Enqueue(piece);
    }

    /// <summary>Compresses the pieces that were added. Thread-safe.</summary>
    public void CompressPending()
    {
        lock (gate)
            while (pending.TryPeek(out var piece))
            {
                CompressPiece(piece); // before the hash: if it fails with OutOfMemoryException, the piece is still queued and not hashed
                foreach (var chunk in piece.Chunks)
                    hash!.AppendData(chunk.Span);
                _ = pending.TryDequeue(out _);
                piece.Dispose();
            }
    }

    /// <summary>The SHA-256 of all rows, after the last piece was added.</summary>
    /// <param name="rest">The remaining rows after the pieces.</param>
    public string ComputeHash(RowBuffer rest)
    {
        lock (gate)
        {
            CompressPending();
            if (sha256 is not null)
                return sha256;
            foreach (var chunk in rest.Chunks)
                hash!.AppendData(chunk.Span);
            return sha256 = Convert.ToHexStringLower(hash!.GetHashAndReset());
        }
    }

    /// <summary>All rows, compressed, in pooled chunks that the caller disposes.</summary>
    /// <param name="rest">The remaining rows after the pieces.</param>
    public RowBuffer BuildBody(RowBuffer rest)
    {
        lock (gate)
        {
            CompressPending();
            var body = new RowBuffer();
            try
            {
                body.Append(MultiMemberMarkers.Header);
                body.Append(compressed);
                if (rest.Length > 0)
                    using (var last = codec.Compress(rest))
                        body.Append(last);
                MultiMemberMarkers.WriteTrailer(body, Length + rest.Length);
                return body;
            }
            catch
            {
                body.Dispose();
                throw;
            }
        }
    }

    /// <summary>Copies the rows for another owner. It decompresses them because a hash state cannot be copied, so it is for rare cases.</summary>
    public CompressedRows Copy()
    {
        lock (gate)
        {
            CompressPending();
            var copy = new CompressedRows(codec) { Length = Length, heldBytes = heldBytes };
            try
            {
                copy.compressed.Append(compressed);
                var bytes = new byte[compressed.Length];
                compressed.CopyTo(bytes);
                using var rows = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
                var piece = new byte[ReadSize];
                for (int read; (read = rows.Read(piece)) > 0;)
                    copy.hash!.AppendData(piece, 0, read);
                return copy;
            }
            catch
            {
                copy.Dispose();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            while (pending.TryDequeue(out var piece))
                piece.Dispose();
            compressed.Dispose();
            hash?.Dispose();
            hash = null;
        }
    }

    private void CompressPiece(RowBuffer piece)
    {
        using var member = codec.Compress(piece);
        compressed.Append(member);
        Interlocked.Add(ref heldBytes, member.Length - piece.Length);
    }
}
