using System.Buffers.Text;
using Ingester.Core.Memory;

namespace Ingester.Core.Rows;

/// <summary>
/// Header and trailer of an object in pieces, by which a truncated object is detected: two gzip members without content, whose comments (RFC 1952,
/// 2.3) state that pieces follow, and the number of bytes of rows. Decompression ignores them.
/// </summary>
internal static class PieceMarks
{
    private const int Digits = 16;
    private const char Hexadecimal = 'x';

    /// <summary>The header of an object in pieces.</summary>
    public static ReadOnlySpan<byte> Begin =>
        [0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 0, 0xff, (byte)'p', (byte)'i', (byte)'e', (byte)'c', (byte)'e', (byte)'s', 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> EndHead => [0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 0, 0xff];

    private static ReadOnlySpan<byte> EndTail => [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Writes the trailer of an object in pieces.</summary>
    /// <param name="target">The object.</param>
    /// <param name="length">Length of its rows in bytes.</param>
    public static void WriteEnd(RowBuffer target, long length)
    {
        Span<byte> digits = stackalloc byte[Digits];
        Utf8Formatter.TryFormat(length, digits, out _, new(Hexadecimal, Digits));
        target.Append(EndHead);
        target.Append(digits);
        target.Append(EndTail);
    }

    /// <summary>True for an object that consists of pieces.</summary>
    public static bool IsInPieces(ReadOnlySpan<byte> packed) => packed.StartsWith(Begin);

    /// <summary>Length of the rows of an object in pieces, from its trailer; null when the trailer is missing.</summary>
    public static long? Length(ReadOnlySpan<byte> packed)
    {
        var at = packed.Length - EndHead.Length - Digits - EndTail.Length;
        if (at < Begin.Length || !packed[at..].StartsWith(EndHead) || !packed.EndsWith(EndTail))
            return null;
        var digits = packed.Slice(at + EndHead.Length, Digits);
        return Utf8Parser.TryParse(digits, out long length, out var used, Hexadecimal) && used == Digits ? length : null;
    }
}
