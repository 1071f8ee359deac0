using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Ingester.Core.Time;

namespace Ingester.Core.Json;

/// <content>
/// Fast path for frames whose bytes are known in advance: each method consumes only exactly the expected input. False means only that the input does
/// not match. The frame is then read again from its beginning by the general path, which decides whether it is valid.
/// </content>
internal ref partial struct FrameReader
{
    private const int BytesPerWord = sizeof(ulong);
    private const int MaxFastPathDigits = 18; // any number with this many digits fits 64 bits

    private static readonly long[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>True at the end of the frame, without any white space left.</summary>
    public readonly bool IsAtEnd => position == frame.Length;

    /// <summary>Consumes exactly these bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryConsume(ReadOnlySpan<byte> bytes)
    {
        if (!frame[position..].StartsWith(bytes))
            return false;
        position += bytes.Length;
        return true;
    }

    /// <summary>Consumes letters and digits up to a character, and that character.</summary>
    public bool TryAlphanumeric(byte end, out ReadOnlySpan<byte> name)
    {
        var place = position;
        if (place <= frame.Length - Vector128<byte>.Count)
            place += CountAlphanumeric(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(frame), (nuint)place));
        while ((uint)place < (uint)frame.Length && char.IsAsciiLetterOrDigit((char)frame[place])) // names longer than one vector
            place++;
        name = frame[position..place];
        if (name.IsEmpty || place == frame.Length || frame[place] != end)
            return false;
        position = place + 1;
        return true;
    }

    /// <summary>Consumes a plain decimal and the quote after it.</summary>
    public bool TryDecimal(out ReadOnlySpan<byte> digits)
    {
        digits = default;
        var end = LevelScan.FindDecimalEnd(frame, position);
        if (end < 0)
            return false;
        digits = frame[position..end];
        position = end + 1;
        return true;
    }

    /// <summary>Consumes levels in canonical form.</summary>
    public bool TryLevels(out ReadOnlySpan<byte> levels)
    {
        levels = default;
        var end = LevelScan.FindEnd(frame, position);
        if (end < 0)
            return false;
        levels = frame[position..end];
        position = end;
        return true;
    }

    /// <summary>Consumes <c>true</c> or <c>false</c>.</summary>
    public bool TryFlag(out bool flag)
    {
        flag = TryConsume("true"u8);
        return flag || TryConsume("false"u8);
    }

    /// <summary>Consumes a time in milliseconds since 1970 UTC and returns it in microseconds.</summary>
    public bool TryMillisAsMicros(out long micros)
    {
        var taken = TryInteger(out var millis, out _);
        micros = millis * 1_000;
        return taken && millis <= Micros.Max / 1_000;
    }

    /// <summary>Consumes a non-negative integer, eight digits at a time.</summary>
    public bool TryInteger(out long value, out ReadOnlySpan<byte> digits)
    {
        value = 0;
        digits = default;
        var place = position;
        while (place <= frame.Length - BytesPerWord)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(frame[place..]) ^ 0x3030_3030_3030_3030; // each byte that was a digit is now its value
            var others = ((word + 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080;
            var count = BitOperations.TrailingZeroCount(others) / BytesPerWord;
            place += count;
            if (place - position > MaxFastPathDigits)
                return false;
            if (count > 0)
                value = value * PowersOfTen[count] + CombineDigits(word << (BytesPerWord * (BytesPerWord - count)));
            if (count == BytesPerWord)
                continue;
            digits = frame[position..place];
            if (digits.IsEmpty || digits is [(byte)'0', _, ..])
                return false;
            position = place;
            return true;
        }

        return false;
    }

    /// <summary>Number of leading letters and digits.</summary>
    private static int CountAlphanumeric(Vector128<byte> text)
    {
        var digits = text - Vector128.Create((byte)'0');
        var letters = (text | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a');
        var those = Vector128.Equals(Vector128.Min(digits, Vector128.Create((byte)9)), digits)
            | Vector128.Equals(Vector128.Min(letters, Vector128.Create((byte)25)), letters);
        return BitOperations.TrailingZeroCount(~those.ExtractMostSignificantBits());
    }

    /// <summary>Combines eight digits into a number; the first digit is in the lowest byte.</summary>
    private static long CombineDigits(ulong digits)
    {
        digits = digits * 10 + (digits >> 8);
        const ulong Pairs = 0x0000_00ff_0000_00ff;
        return (long)(((digits & Pairs) * (100 + (1_000_000UL << 32)) + ((digits >> 16) & Pairs) * (1 + (10_000UL << 32))) >> 32);
    }
}
