using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingester.Core.Json;

/// <summary>Finds the end of canonical levels and validates every byte. This is the hot path of every depth frame.</summary>
internal static class LevelScan
{
    /// <summary>
    /// The position after the levels that start at <paramref name="at"/> if they are exactly <c>[["price","size"],…]</c> with plain decimals and
    /// without white space, else -1. On -1 the general reader decides whether the levels are valid.
    /// </summary>
    public static int FindEnd(ReadOnlySpan<byte> text, int at)
    {
        if ((uint)at >= (uint)text.Length || text[at] != '[')
            return -1;
        if (++at < text.Length && text[at] == ']')
            return at + 1;
        if (!text[at..].StartsWith("[\""u8))
            return -1;
        while (true)
        {
            at = FindDecimalEnd(text, at + 2);
            if (at < 0 || !text[at..].StartsWith("\",\""u8))
                return -1;
            at = FindDecimalEnd(text, at + 3);
            if (at < 0)
                return -1;
            if (text[at..].StartsWith("\"],[\""u8))
                at += 3;
            else
                return text[at..].StartsWith("\"]]"u8) ? at + 3 : -1;
        }
    }

    /// <summary>The position of the quote after the plain decimal that starts at <paramref name="at"/>, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FindDecimalEnd(ReadOnlySpan<byte> text, int at)
    {
        if (at > text.Length - Vector128<byte>.Count)
            return FindDecimalEndScalar(text, at);
        var values = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)at) - Vector128.Create((byte)'0');
        var others = ~Vector128.Equals(Vector128.Min(values, Vector128.Create((byte)9)), values).ExtractMostSignificantBits() & 0xffff;
        var (whole, fraction) = (BitOperations.TrailingZeroCount(others), BitOperations.TrailingZeroCount(others & (others - 1)));
        if (whole is 0 or >= 16 || fraction >= 16 && text[at + whole] == '.')
            return FindDecimalEndScalar(text, at);
        if (text[at + whole] == '"')
            return at + whole;
        return text[at + whole] == '.' && fraction > whole + 1 && text[at + fraction] == '"' ? at + fraction : -1;
    }

    private static int FindDecimalEndScalar(ReadOnlySpan<byte> text, int at)
    {
        var start = at;
        var point = -1;
        for (; (uint)at < (uint)text.Length; at++)
        {
            var character = text[at];
            if ((uint)(character - '0') <= 9)
                continue;
            if (character == '"')
                return at > start && at != point + 1 ? at : -1;
            if (character != '.' || point >= 0 || at == start)
                return -1;
            point = at;
        }

        return -1;
    }
}
