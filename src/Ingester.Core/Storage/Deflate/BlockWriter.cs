using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ingester.Core.Storage;

/// <summary>Writes blocks (RFC 1951, 3.2.3), each in the shortest of the three forms: with a code of its own, with the one that everybody knows, or as it is.</summary>
internal sealed unsafe class BlockWriter
{
    private const int MostStored = ushort.MaxValue;
    private const int StoredOverhead = 8 * (1 + 2 * sizeof(ushort)); // bits: the kind of block, filled to a byte at most, the length and what checks it

    private readonly HuffmanCode ownLiterals = new(DeflateSymbols.Literals, HuffmanCode.LongestLength);
    private readonly HuffmanCode ownDistances = new(DeflateSymbols.Distances, HuffmanCode.LongestLength);
    private readonly HuffmanCode fixedLiterals = new(DeflateSymbols.FixedLiterals, HuffmanCode.LongestLength);
    private readonly HuffmanCode fixedDistances = new(DeflateSymbols.Distances, HuffmanCode.LongestLength);
    private readonly CodeHeader header = new();

    // Bits in the lower half, how many in the upper one; of lengths with the bits that follow.
    private readonly ulong* literals = (ulong*)NativeMemory.AlignedAlloc(DeflateSymbols.EndOfBlock * sizeof(ulong), 64);
    private readonly ulong* lengths = (ulong*)NativeMemory.AlignedAlloc((DeflateSymbols.LongestMatch + 1) * sizeof(ulong), 64);
    // Bits in the lowest quarter, then how many, how many with those that follow, and the shortest distance.
    private readonly ulong* distances = (ulong*)NativeMemory.AlignedAlloc(DeflateSymbols.Distances * sizeof(ulong), 64);
    private BitSink sink;

    /// <summary>One, which begins with nothing.</summary>
    public BlockWriter()
    {
        fixedLiterals.Take(DeflateSymbols.FixedLength);
        fixedDistances.Take(static _ => 5);
    }

    /// <summary>How many bytes a text takes at most: some five for each 65,535 that are stored and for each block, which has 128 KiB or is the last; and the word that is written ahead.</summary>
    public static int Bound(int length) => checked(length + length / 4096 + 256);

    /// <summary>Begins at the start of a byte.</summary>
    /// <param name="target">Where there is room for <see cref="Bound"/> of the text.</param>
    public void Begin(byte* target) => sink = new(target);

    /// <summary>Writes a block.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="length">How many they are.</param>
    /// <param name="found">What is in them.</param>
    /// <param name="isLast">Whether no other follows.</param>
    public void Write(byte* text, int length, FoundBlock found, bool isLast)
    {
        var literalCounts = new ReadOnlySpan<uint>(found.Literals, DeflateSymbols.Literals);
        var distanceCounts = new ReadOnlySpan<uint>(found.Distances, DeflateSymbols.Distances);
        ownLiterals.Fit(literalCounts);
        ownDistances.Fit(distanceCounts);
        header.Fit(ownLiterals, ownDistances);
        var own = header.Length + Cost(ownLiterals, literalCounts) + Cost(ownDistances, distanceCounts);
        var known = Cost(fixedLiterals, literalCounts) + Cost(fixedDistances, distanceCounts);
        var extra = Extra(literalCounts, distanceCounts);
        if (StoredCost(length) < Math.Min(own, known) + extra)
        {
            Store(text, length, isLast);
            return;
        }

        var isOwn = own < known;
        sink.Put((isLast ? 1u : 0) | (isOwn ? 4u : 2u), 3);
        if (isOwn)
            header.Write(ref sink);
        var (literalCode, distanceCode) = isOwn ? (ownLiterals, ownDistances) : (fixedLiterals, fixedDistances);
        Prepare(literalCode, distanceCode);
        Write(text, found);
        sink.Put(literalCode.Bits[DeflateSymbols.EndOfBlock], literalCode.Lengths[DeflateSymbols.EndOfBlock]);
        sink.Flush();
    }

    /// <summary>Fills the last byte; the first one behind it.</summary>
    public byte* End() => sink.End();

    private static long StoredCost(int length) => 8L * length + StoredOverhead * ((length - 1) / MostStored + 1L);

    private static long Cost(HuffmanCode code, ReadOnlySpan<uint> counts)
    {
        long bits = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
            bits += (long)counts[symbol] * code.Lengths[symbol];
        return bits;
    }

    private static long Extra(ReadOnlySpan<uint> literalCounts, ReadOnlySpan<uint> distanceCounts)
    {
        long bits = 0;
        for (var length = 0; length < DeflateSymbols.LengthExtra.Length; length++)
            bits += (long)literalCounts[DeflateSymbols.FirstLength + length] * DeflateSymbols.LengthExtra[length];
        for (var symbol = 0; symbol < distanceCounts.Length; symbol++)
            bits += (long)distanceCounts[symbol] * DeflateSymbols.DistanceExtra(symbol);
        return bits;
    }

    private void Prepare(HuffmanCode literal, HuffmanCode distance)
    {
        for (var symbol = 0; symbol < DeflateSymbols.EndOfBlock; symbol++)
            literals[symbol] = (ulong)literal.Lengths[symbol] << 32 | literal.Bits[symbol];
        for (var length = DeflateSymbols.ShortestMatch; length <= DeflateSymbols.LongestMatch; length++)
        {
            var symbol = DeflateSymbols.LengthSymbol((uint)length);
            var (extra, least, size) = (DeflateSymbols.LengthExtra[symbol - DeflateSymbols.FirstLength],
                DeflateSymbols.LengthBase[symbol - DeflateSymbols.FirstLength], literal.Lengths[symbol]);
            lengths[length] = (ulong)(size + extra) << 32 | (uint)(length - least) << size | literal.Bits[symbol];
        }

        for (var symbol = 0; symbol < DeflateSymbols.Distances; symbol++)
            distances[symbol] = (ulong)DeflateSymbols.DistanceBase(symbol) << 48 | (ulong)(distance.Lengths[symbol] + DeflateSymbols.DistanceExtra(symbol)) << 32
                | (uint)distance.Lengths[symbol] << 16 | distance.Bits[symbol];
    }

    private void Write(byte* text, FoundBlock found)
    {
        var bits = sink; // in registers meanwhile
        var literal = literals;
        var length = lengths;
        var distance = distances;
        var sequences = found.Sequences;
        for (var index = 0; index < found.Count; index++)
        {
            var sequence = sequences[index];
            text = WriteLiterals(ref bits, literal, text, sequence.Literals);
            bits.Put(length[sequence.Length]);
            var code = distance[sequence.DistanceSymbol];
            var more = (ulong)(sequence.Distance - (uint)(code >> 48)) << (int)(code >> 16 & 0xffff);
            bits.Put(more | code & 0xffff, (int)(code >> 32 & 0xffff));
            bits.Flush();
            text += sequence.Length;
        }

        _ = WriteLiterals(ref bits, literal, text, (uint)found.LiteralsBehind);
        sink = bits;
    }

    /// <summary>Writes literals, the last three or fewer without a branch: how many there are cannot be foretold. Behind the text lies what may be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* WriteLiterals(ref BitSink bits, ulong* literal, byte* text, uint count)
    {
        for (; count > 3; count -= 3, text += 3)
        {
            bits.Put(literal[text[0]]);
            bits.Put(literal[text[1]]);
            bits.Put(literal[text[2]]);
            bits.Flush();
        }

        bits.Put(literal[text[0]] & (ulong)((0 - (long)count) >> 63));
        bits.Put(literal[text[1]] & (ulong)((1 - (long)count) >> 63));
        bits.Put(literal[text[2]] & (ulong)((2 - (long)count) >> 63));
        bits.Flush();
        return text + count;
    }

    private void Store(byte* text, int length, bool isLast)
    {
        do
        {
            var piece = Math.Min(length, MostStored);
            length -= piece;
            sink.Put(isLast && length == 0 ? 1u : 0, 3);
            sink.Append(new(text, piece));
            text += piece;
        }
        while (length > 0);
    }
}
