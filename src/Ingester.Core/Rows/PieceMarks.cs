using System.Buffers.Text;
using Ingester.Core.Memory;

namespace Ingester.Core.Rows;

/// <summary>
/// What stands before and behind the pieces of an object, so that one which was cut off between two of them is not taken for a whole one: two gzip members
/// without content, whose comments (RFC 1952, 2.3) say that pieces follow, and how many bytes of rows they were. Who unpacks does not see them.
/// </summary>
internal static class PieceMarks
{
    private const int Digits = 16;
    private const char Hexadecimal = 'x';

    /// <summary>What an object in pieces begins with.</summary>
    public static ReadOnlySpan<byte> Begin =>
        [0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 0, 0xff, (byte)'p', (byte)'i', (byte)'e', (byte)'c', (byte)'e', (byte)'s', 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> EndHead => [0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 0, 0xff];

    private static ReadOnlySpan<byte> EndTail => [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Writes what an object in pieces ends with.</summary>
    /// <param name="target">The object.</param>
    /// <param name="length">How many bytes of rows it holds.</param>
    public static void WriteEnd(RowBuffer target, long length)
    {
        Span<byte> digits = stackalloc byte[Digits];
        Utf8Formatter.TryFormat(length, digits, out _, new(Hexadecimal, Digits));
        target.Append(EndHead);
        target.Append(digits);
        target.Append(EndTail);
    }

    /// <summary>True for an object that was written in pieces.</summary>
    public static bool IsInPieces(ReadOnlySpan<byte> packed) => packed.StartsWith(Begin);

    /// <summary>How many bytes of rows an object in pieces holds; null where its end is missing.</summary>
    public static long? Length(ReadOnlySpan<byte> packed)
    {
        var at = packed.Length - EndHead.Length - Digits - EndTail.Length;
        if (at < Begin.Length || !packed[at..].StartsWith(EndHead) || !packed.EndsWith(EndTail))
            return null;
        var digits = packed.Slice(at + EndHead.Length, Digits);
        return Utf8Parser.TryParse(digits, out long length, out var used, Hexadecimal) && used == Digits ? length : null;
    }
}
