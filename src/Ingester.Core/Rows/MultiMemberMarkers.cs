using System.Buffers.Text;
using Ingester.Core.Memory;

namespace Ingester.Core.Rows;

/// <summary>
/// Header and trailer of an object in pieces, by which a truncated object is detected: two gzip members without content, whose comments (RFC 1952,
/// 2.3) state that pieces follow, and the number of bytes of rows. Decompression ignores them.
/// </summary>
internal static class MultiMemberMarkers
{
    private const int Digits = 16;
    private const char Hexadecimal = 'x';

    /// <summary>The header of an object in pieces.</summary>
    public static ReadOnlySpan<byte> Header =>
        [0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 0, 0xff, (byte)'p', (byte)'i', (byte)'e', (byte)'c', (byte)'e', (byte)'s', 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> TrailerStart => [0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 0, 0xff];

    private static ReadOnlySpan<byte> TrailerEnd => [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Writes the trailer of an object in pieces.</summary>
    /// <param name="target">The object.</param>
    /// <param name="length">Length of its rows in bytes.</param>
    public static void WriteTrailer(RowBuffer target, long length)
    {
        Span<byte> digits = stackalloc byte[Digits];
        Utf8Formatter.TryFormat(length, digits, out _, new(Hexadecimal, Digits));
        target.Append(TrailerStart);
        target.Append(digits);
        target.Append(TrailerEnd);
    }

    /// <summary>True for an object that consists of pieces.</summary>
    public static bool IsMultiMember(ReadOnlySpan<byte> packed) => packed.StartsWith(Header);

    /// <summary>Length of the rows of an object in pieces, from its trailer; null when the trailer is missing.</summary>
    public static long? ReadLength(ReadOnlySpan<byte> packed)
    {
        var at = packed.Length - TrailerStart.Length - Digits - TrailerEnd.Length;
        if (at < Header.Length || !packed[at..].StartsWith(TrailerStart) || !packed.EndsWith(TrailerEnd))
            return null;
        var digits = packed.Slice(at + TrailerStart.Length, Digits);
        return Utf8Parser.TryParse(digits, out long length, out var used, Hexadecimal) && used == Digits ? length : null;
    }
}
