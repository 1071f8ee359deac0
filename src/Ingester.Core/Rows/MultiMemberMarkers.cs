using System.Buffers.Text;
using System.Text;
using Ingester.Core.Memory;

namespace Ingester.Core.Rows;

/// <summary>
/// Header and trailer of an object in pieces, by which a truncated object is detected: two gzip members without content, whose file names (RFC 1952, 2.3)
/// state that pieces follow, and the number of bytes of rows. Decompression ignores them. Objects of earlier versions have comments instead of file names:
/// DuckDB reads no object with a comment or an extra field. An object may also have an index, in the file name of the member before the trailer.
/// </summary>
internal static class MultiMemberMarkers
{
    private const int Digits = 16;
    private const char Hexadecimal = 'x';
    private const int FlagsIndex = 3;
    private const byte HasName = 0x08;
    private const byte HasComment = 0x10;

    /// <summary>Length of the trailer of an object with an index, in bytes.</summary>
    public const int IndexedTrailerLength = 10 + 2 * Digits + 11;

    /// <summary>The header of an object in pieces.</summary>
    public static ReadOnlySpan<byte> Header =>
        [0x1f, 0x8b, 8, HasName, 0, 0, 0, 0, 0, 0xff, (byte)'p', (byte)'i', (byte)'e', (byte)'c', (byte)'e', (byte)'s', 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> CommentedHeader =>
        [0x1f, 0x8b, 8, HasComment, 0, 0, 0, 0, 0, 0xff, (byte)'p', (byte)'i', (byte)'e', (byte)'c', (byte)'e', (byte)'s', 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> MemberStart => [0x1f, 0x8b, 8, HasName, 0, 0, 0, 0, 0, 0xff];

    private static ReadOnlySpan<byte> MemberEnd => [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Writes the trailer of an object in pieces.</summary>
    /// <param name="target">The object.</param>
    /// <param name="length">Length of its rows in bytes.</param>
    public static void WriteTrailer(RowBuffer target, long length)
    {
        Span<byte> digits = stackalloc byte[Digits];
        Format(digits, length);
        WriteMember(target, digits);
    }

    /// <summary>Writes an index and the trailer of an object in pieces. The trailer states where the index begins, before the length of the rows.</summary>
    /// <param name="target">The object.</param>
    /// <param name="index">The index: ASCII text.</param>
    /// <param name="length">Length of the rows in bytes.</param>
    public static void WriteIndexAndTrailer(RowBuffer target, string index, long length)
    {
        Span<byte> digits = stackalloc byte[2 * Digits];
        Format(digits[..Digits], target.Length);
        Format(digits[Digits..], length);
        WriteMember(target, Encoding.ASCII.GetBytes(index));
        WriteMember(target, digits);
    }

    /// <summary>True for an object that consists of pieces.</summary>
    public static bool IsMultiMember(ReadOnlySpan<byte> packed) => packed.StartsWith(Header) || packed.StartsWith(CommentedHeader);

    /// <summary>Length of the rows of an object in pieces, from its trailer; null when the trailer is missing.</summary>
    public static long? ReadLength(ReadOnlySpan<byte> packed) =>
        ReadTrailer(packed, 2 * Digits) is [.., _] indexed ? Parse(indexed[Digits..]) : ReadTrailer(packed, Digits) is [.., _] digits ? Parse(digits) : null;

    /// <summary>Where the index of an object begins, from the end of the object; null when it has none.</summary>
    public static long? ReadIndexOffset(ReadOnlySpan<byte> packedEnd) => ReadTrailer(packedEnd, 2 * Digits) is [.., _] digits ? Parse(digits[..Digits]) : null;

    /// <summary>The index, from the member that contains it; null when the member is damaged.</summary>
    public static string? ReadIndex(ReadOnlySpan<byte> member) =>
        member.StartsWith(MemberStart) && member[MemberStart.Length..].IndexOf((byte)0) is >= 0 and var length
            ? Encoding.ASCII.GetString(member.Slice(MemberStart.Length, length))
            : null;

    private static void WriteMember(RowBuffer target, ReadOnlySpan<byte> name)
    {
        target.Append(MemberStart);
        target.Append(name);
        target.Append(MemberEnd);
    }

    /// <summary>The name of the last member if it has this length; otherwise empty.</summary>
    private static ReadOnlySpan<byte> ReadTrailer(ReadOnlySpan<byte> packed, int length)
    {
        var at = packed.Length - MemberStart.Length - length - MemberEnd.Length;
        if (at < 0 || !packed.EndsWith(MemberEnd))
            return [];
        var start = packed.Slice(at, MemberStart.Length);
        return start[FlagsIndex] is HasName or HasComment && start[..FlagsIndex].SequenceEqual(MemberStart[..FlagsIndex]) && start[(FlagsIndex + 1)..].SequenceEqual(MemberStart[(FlagsIndex + 1)..])
            ? packed.Slice(at + MemberStart.Length, length)
            : [];
    }

    private static void Format(Span<byte> digits, long number) => Utf8Formatter.TryFormat(number, digits, out _, new(Hexadecimal, Digits));

    private static long? Parse(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long number, out var used, Hexadecimal) && used == Digits ? number : null;
}
