using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Ingester.Core.Storage;

/// <summary>Writes bits, the lowest one first, into memory that has room for them and for a word more.</summary>
internal unsafe struct BitSink(byte* target)
{
    private const int Half = 32;

    private byte* at = target;
    private ulong bits;
    private int count; // fewer than eight after a flush

    /// <summary>Adds bits: 56 between two flushes.</summary>
    /// <param name="value">The bits, and none above them.</param>
    /// <param name="length">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(ulong value, int length)
    {
        bits |= value << count;
        count += length;
    }

    /// <summary>Adds bits, which are the lower half of a word whose upper half says how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(ulong code) => Put((uint)code, (int)(code >> Half));

    /// <summary>Writes what fills whole bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flush()
    {
        Debug.Assert(count < 64, "A word has no more bits.");
        Unsafe.WriteUnaligned(at, BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits));
        at += count >> 3;
        bits >>= count & ~7;
        count &= 7;
    }

    /// <summary>Fills the byte that was begun, and writes how many bytes follow and these (RFC 1951, 3.2.4).</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        at = End();
        BinaryPrimitives.WriteUInt16LittleEndian(new(at, sizeof(ushort)), (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(new(at + sizeof(ushort), sizeof(ushort)), unchecked((ushort)~bytes.Length));
        at += 2 * sizeof(ushort);
        bytes.CopyTo(new(at, bytes.Length));
        at += bytes.Length;
    }

    /// <summary>Fills the byte that was begun; the first one behind it.</summary>
    public byte* End()
    {
        count = count + 7 & ~7;
        Flush();
        return at;
    }
}
