using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingester.Core.Storage;

/// <summary>
/// Finds what in a text was there before, as a list of literals and matches. Rows are templates with digits between them: a match that begins by chance, with four
/// digits that were somewhere else, costs more bits than the digits themselves, and hides the long one that begins a byte later. So places are looked up by
/// eight bytes, where libraries for any text use three or four; of the two newest places with the same eight the longer match is taken, at once. Of a match
/// only the first three bytes and the last one are entered, which is where others begin. Nothing but whether there is a match is decided by a branch: one that cannot be foretold costs more than both of its ways.
/// </summary>
internal sealed unsafe class MatchFinder
{
    /// <summary>How many bytes behind the text must be readable, and zero: they are compared, and which of two matches is taken may depend on them.</summary>
    public const int Slack = 64;

    private const int Window = 1 << 15; // RFC 1951, 2: the furthest distance
    private const int TableBits = 13;
    private const int HashBytes = sizeof(ulong);
    private const int MostLookedAt = HashBytes + 1; // from a place, because the next byte's hash is computed ahead
    private const uint Least = 4; // two places can share a hash
    private const int Step = 32;

    // For each hash the two newest places, the newer one in the lower half, by the lower half of their addresses: 32 KiB, which the first cache holds.
    private readonly uint* table = (uint*)NativeMemory.AlignedAlloc(sizeof(uint) << TableBits, 64);
    private byte* start;
    private byte* end;

    /// <summary>The first byte that was not looked at yet.</summary>
    public byte* Position { get; private set; }

    /// <summary>Begins with a text.</summary>
    /// <param name="text">Its bytes, which stay where they are until the end, and <see cref="Slack"/> behind them.</param>
    /// <param name="length">How many they are.</param>
    public void Begin(byte* text, int length)
    {
        start = text;
        end = text + length;
        Position = text;
        new Span<ushort>(table, 2 << TableBits).Fill(Place(text)); // what was never entered is the text's first byte, a place like any other
    }

    /// <summary>
    /// Finds what follows, until the text ends or the block is full; true at the text's end. Code for wide vectors is not compiled beforehand, and the first edge
    /// of a minute does not wait until a loop has shown that it is worth it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Find(FoundBlock block)
    {
        block.Clear();
        var literals = block.Literals;
        var distances = block.Distances;
        var sequence = block.Sequences;
        var full = sequence + FoundBlock.MostSequences;
        var places = table;
        var at = Position;
        var from = at; // of the literals before the next match
        var until = end - MostLookedAt;
        if (at == start && at < end)
            literals[*at++]++; // nothing is before it
        var hash = at < until ? Hash(at) : 0;
        while (at < until && sequence < full)
        {
            var next = Hash(at + 1);
            var two = places[hash];
            places[hash] = two << 16 | Place(at);

            // Each entry is of a place before this one. The half of an address does not tell which of those that are 64 KiB apart, but the distance modulo the
            // window is no longer than the true one, so that it is one of this text's bytes all the same, and whether they are equal is all that counts.
            var newer = (Place(at) - 1u - two) & (Window - 1); // distances less one
            var older = (Place(at) - 1u - (two >> 16)) & (Window - 1);
            var length = Common(at, at - 1 - newer);
            var other = Common(at, at - 1 - older);
            var isOther = (uint)((int)(length - other) >> 31); // all bits or none
            length ^= (length ^ other) & isOther;
            if (length < Least)
            {
                literals[*at++]++;
                hash = next;
                continue;
            }

            var distance = 1 + (newer ^ (newer ^ older) & isOther);
            if (length == Step)
                length = Rest(at, at - distance);
            length = Math.Min(length, (uint)(end - at));
            var slot = DeflateSymbols.DistanceSymbol(distance);
            literals[DeflateSymbols.LengthSymbol(length)]++;
            distances[slot]++;
            *sequence++ = new((uint)(at - from), length, distance, slot);
            at += length;
            from = at;
            Enter(places, at - length + 1);
            Enter(places, at - length + 2);
            Enter(places, at - 1);
            hash = Hash(at);
        }

        if (sequence < full)
            while (at < end)
                literals[*at++]++;
        block.Count = (int)(sequence - block.Sequences);
        block.LiteralsBehind = (int)(at - from);
        Position = at;
        return at == end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Place(byte* at) => (ushort)(nuint)at;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(byte* at) => (uint)(unchecked(Word(at) * 0x9E37_79B1_85EB_CA87) >> (64 - TableBits));

    /// <summary>The next eight bytes, the first one lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(byte* at) => BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<ulong>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Enter(uint* places, byte* at)
    {
        var hash = Hash(at);
        places[hash] = places[hash] << 16 | Place(at);
    }

    /// <summary>How many of the next bytes are the same, up to <see cref="Step"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Common(byte* one, byte* other) =>
        (uint)BitOperations.TrailingZeroCount(~(ulong)Vector256.Equals(Vector256.Load(one), Vector256.Load(other)).ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint Rest(byte* one, byte* other)
    {
        uint length = Step;
        while (length < DeflateSymbols.LongestMatch && one + length < end)
        {
            var common = Common(one + length, other + length);
            length += common;
            if (common < Step)
                break;
        }

        return Math.Min(length, DeflateSymbols.LongestMatch);
    }
}
