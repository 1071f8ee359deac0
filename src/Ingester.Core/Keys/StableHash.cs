using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ingester.Core.Keys;

/// <summary>A hash that is the same in every process and version, unlike <see cref="object.GetHashCode"/>.</summary>
internal static class StableHash
{
    private const int StackBytes = 512; // on the stack: called for each segment that is sealed

    /// <summary>The first eight bytes of the SHA-256 of both texts, joined by a line feed.</summary>
    public static ulong Of(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(first.Length + 1 + second.Length);
        var text = longest <= StackBytes ? stackalloc byte[StackBytes] : new byte[longest];
        var line = Encoding.UTF8.GetBytes(first, text);
        text[line++] = (byte)'\n';
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..(line + Encoding.UTF8.GetBytes(second, text[line..]))], hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>An offset within a span, derived from a text. Offsets of many texts are spread evenly.</summary>
    public static TimeSpan OffsetWithin(TimeSpan span, string text) =>
        TimeSpan.FromTicks((long)(span.Ticks * (Of(text, "") / (double)ulong.MaxValue)));
}
