using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;

namespace Ingester.Core.Rows;

/// <summary>
/// Formats an integer in a row, eight digits at a time within one 64-bit word: a depth row has three integers of ten to sixteen digits. A test
/// compares it with the framework's formatter.
/// </summary>
internal static class NumberFormatter
{
    /// <summary>Number of bytes that must be available, more than the longest number needs.</summary>
    public const int RequiredBytes = 3 * BytesPerWord;

    private const int BytesPerWord = sizeof(ulong);
    private const long EightDigits = 100_000_000; // the smallest number with more than eight digits
    private const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>Writes the number and returns its length. Bytes after it, within <see cref="RequiredBytes"/>, may be overwritten.</summary>
    /// <param name="room">The target, at least <see cref="RequiredBytes"/> bytes.</param>
    /// <param name="number">The number.</param>
    public static int Write(Span<byte> room, long number)
    {
        if (number < 0)
            return Utf8Formatter.TryFormat(number, room, out var written) ? written : throw new ArgumentException($"{number} does not fit {room.Length} bytes.", nameof(room));
        if (number < EightDigits)
            return WriteLeading(room, (ulong)number);
        var (upper, lower) = Math.DivRem(number, EightDigits);
        var at = Write(room, upper);
        BinaryPrimitives.WriteUInt64LittleEndian(room[at..], SplitDigits((ulong)lower) | Zeros);
        return at + BytesPerWord;
    }

    /// <summary>Writes the leading digits, without leading zeros.</summary>
    private static int WriteLeading(Span<byte> room, ulong number)
    {
        var digits = SplitDigits(number);
        var blank = Math.Min(BitOperations.TrailingZeroCount(digits) / BytesPerWord, BytesPerWord - 1); // zero keeps one digit
        BinaryPrimitives.WriteUInt64LittleEndian(room, (digits | Zeros) >> (blank * BytesPerWord));
        return BytesPerWord - blank;
    }

    /// <summary>
    /// Splits a number into the values of eight digits, the first in the lowest byte, by parallel division of halves, pairs and digits (SWAR).
    /// </summary>
    private static ulong SplitDigits(ulong number)
    {
        var halves = number / 10_000 | number % 10_000 << 32;
        var hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
        var pairs = hundreds | (halves - hundreds * 100) << 16;
        var tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
        return tens | (pairs - tens * 10) << 8;
    }
}
