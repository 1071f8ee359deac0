using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Ingester.Core.Memory;

namespace Ingester.Core.Rows;

/// <summary>Packs rows: what it gives is whole by itself, and one after the other is what all rows together unpack from.</summary>
internal interface IRowCodec
{
    /// <summary>The rows as one gzip member, in pooled chunks that the caller disposes.</summary>
    RowBuffer Pack(RowBuffer rows);
}

/// <summary>How open segments are packed.</summary>
/// <param name="Codec">What packs.</param>
/// <param name="Queue">Called when a piece is full; it is packed soon, by another thread.</param>
internal sealed record SegmentPacking(IRowCodec Codec, Action<PackedRows> Queue)
{
    /// <summary>A piece ends with the row that makes it this long: smaller ones pack worse, larger ones gain nothing. The same for all replicas, so that their bytes are.</summary>
    public const int PieceBytes = 128 << 10;
}

/// <summary>
/// The rows of a long segment but for the newest, packed piece by piece while it is still open: a busy minute needs a fifth of the memory, and no edge of
/// a minute brings all the work at once. The owner adds pieces; whoever comes first packs them, in their order.
/// </summary>
internal sealed class PackedRows(IRowCodec codec) : IDisposable
{
    private const int ReadSize = 1 << 16;

    private readonly Lock gate = new();
    private readonly ConcurrentQueue<RowBuffer> full = [];
    private readonly RowBuffer packed = new();
    private IncrementalHash? hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string? sha256;
    private long held;

    /// <summary>How many bytes of rows were added.</summary>
    public long Length { get; private set; }

    /// <summary>How many bytes of memory they take now.</summary>
    public long Held => Volatile.Read(ref held);

    /// <summary>Takes the next piece, which is its own from now on.</summary>
    public void Add(RowBuffer piece)
    {
        Length += piece.Length;
        Interlocked.Add(ref held, piece.Length);
        full.Enqueue(piece);
    }

    /// <summary>Packs what was added. Any thread may call it.</summary>
    public void Pack()
    {
        lock (gate)
            while (full.TryPeek(out var piece))
            {
                Append(piece); // first: when it fails for want of memory, the piece is still there and not in the hash
                foreach (var chunk in piece.Chunks)
                    hash!.AppendData(chunk.Span);
                _ = full.TryDequeue(out _);
                piece.Dispose();
            }
    }

    /// <summary>The hash of all rows, once no more are added.</summary>
    /// <param name="rest">The rows that follow.</param>
    public string Hash(RowBuffer rest)
    {
        lock (gate)
        {
            Pack();
            if (sha256 is not null)
                return sha256;
            foreach (var chunk in rest.Chunks)
                hash!.AppendData(chunk.Span);
            return sha256 = Convert.ToHexStringLower(hash!.GetHashAndReset());
        }
    }

    /// <summary>All rows packed, in pooled chunks that the caller disposes.</summary>
    /// <param name="rest">The rows that follow.</param>
    public RowBuffer Body(RowBuffer rest)
    {
        lock (gate)
        {
            Pack();
            var body = new RowBuffer();
            try
            {
                body.Append(PieceMarks.Begin);
                body.Append(packed);
                if (rest.Length > 0)
                    using (var last = codec.Pack(rest))
                        body.Append(last);
                PieceMarks.WriteEnd(body, Length + rest.Length);
                return body;
            }
            catch
            {
                body.Dispose();
                throw;
            }
        }
    }

    /// <summary>The same rows for another owner. They are unpacked for it, because a hash cannot be copied: it is for what happens seldom.</summary>
    public PackedRows Copy()
    {
        lock (gate)
        {
            Pack();
            var copy = new PackedRows(codec) { Length = Length, held = held };
            try
            {
                copy.packed.Append(packed);
                var bytes = new byte[packed.Length];
                packed.CopyTo(bytes);
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
            while (full.TryDequeue(out var piece))
                piece.Dispose();
            packed.Dispose();
            hash?.Dispose();
            hash = null;
        }
    }

    private void Append(RowBuffer piece)
    {
        using var member = codec.Pack(piece);
        packed.Append(member);
        Interlocked.Add(ref held, member.Length - piece.Length);
    }
}
