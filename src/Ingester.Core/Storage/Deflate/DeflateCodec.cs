using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Hashing;
using Ingester.Core.Segments;

namespace Ingester.Core.Storage;

/// <summary>
/// Packs rows into a gzip member (RFC 1952) of deflate blocks (RFC 1951), with a search made for rows, see <see cref="MatchFinder"/>. The bytes depend on nothing
/// but the rows: neither on the machine nor on what was packed before, so that replicas write the same. Any number of threads may use one.
/// </summary>
internal sealed unsafe class DeflateCodec : IRowCodec
{
    // Last in, first out, whichever thread it was: what was used last is in the processor's caches. As many as ever packed at once, as long as the process lives.
    private static readonly ConcurrentStack<Bench> benches = [];

    /// <inheritdoc/>
    public RowBuffer Pack(RowBuffer rows)
    {
        if (!benches.TryPop(out var bench))
            bench = new();
        var packed = new RowBuffer();
        try
        {
            bench.Pack(rows, packed);
            return packed;
        }
        catch
        {
            packed.Dispose();
            throw;
        }
        finally
        {
            benches.Push(bench); // each text begins anew
        }
    }

    /// <summary>What one thread at a time works with: the rows in one piece, and room for the worst case.</summary>
    private sealed class Bench
    {
        private const int Usual = 2 * SegmentPacking.PieceBytes;
        private const int TrailerBytes = 8;

        private readonly MatchFinder finder = new();
        private readonly FoundBlock found = new();
        private readonly BlockWriter writer = new();
        // Outside the collected heap: large ones would be collected with its oldest generation, and be a reason to.
        private readonly Chunk text = ChunkPool.Shared.Rent(Usual);
        private readonly Chunk room = ChunkPool.Shared.Rent(Usual);

        private static ReadOnlySpan<byte> Header => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]; // deflate; neither name nor time nor system

        public void Pack(RowBuffer rows, RowBuffer packed)
        {
            var length = checked((int)rows.Length);
            if (Bound(length) <= Usual)
            {
                Pack(rows, text.GetSpan()[..(length + MatchFinder.Slack)], room.GetSpan(), packed);
                return;
            }

            // One of unusual size, such as for a minute's coverage.
            var source = ChunkPool.Shared.Rent(length + MatchFinder.Slack);
            var target = Chunk.None;
            try
            {
                target = ChunkPool.Shared.Rent(Bound(length));
                Pack(rows, source.GetSpan()[..(length + MatchFinder.Slack)], target.GetSpan(), packed);
            }
            finally
            {
                ChunkPool.Shared.Return(source);
                if (target.Length > 0)
                    ChunkPool.Shared.Return(target);
            }
        }

        private static int Bound(int length) => checked(Header.Length + BlockWriter.Bound(length) + TrailerBytes);

        private void Pack(RowBuffer rows, Span<byte> source, Span<byte> target, RowBuffer packed)
        {
            var length = source.Length - MatchFinder.Slack;
            rows.CopyTo(source);
            source[length..].Clear();
            Header.CopyTo(target);
            var size = Header.Length;
            fixed (byte* text = source, body = target[size..])
                size += (int)(Blocks(text, length, body) - body);
            BinaryPrimitives.WriteUInt32LittleEndian(target[size..], Crc32.HashToUInt32(source[..length]));
            BinaryPrimitives.WriteUInt32LittleEndian(target[(size + 4)..], (uint)length);
            packed.Append(target[..(size + TrailerBytes)]);
        }

        private byte* Blocks(byte* text, int length, byte* target)
        {
            finder.Begin(text, length);
            writer.Begin(target);
            bool last;
            do
            {
                var from = finder.Position;
                last = finder.Find(found);
                writer.Write(from, (int)(finder.Position - from), found, last);
            }
            while (!last);
            return writer.End();
        }
    }
}
