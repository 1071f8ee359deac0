using System.IO.Hashing;
using System.Text;

namespace Ingester.Publishing.Witnesses;

/// <summary>What a trade of two sources is joined by: its id as a number, or a hash of an id that is not a number.</summary>
/// <param name="Value">The number, or the hash.</param>
/// <param name="IsNumber">True for a number: keys next to each other are trades next to each other.</param>
internal readonly record struct TradeKey(UInt128 Value, bool IsNumber)
{
    private const int MaxDigits = 18;
    private const int MaxLength = 128;

    /// <summary>The key of an id.</summary>
    /// <exception cref="FormatException">The id is empty, too long or not ASCII.</exception>
    public static TradeKey Of(ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty || id.Length > MaxLength)
            throw new FormatException($"an id has {id.Length} characters, and 1 to {MaxLength} are expected");
        var number = 0UL;
        foreach (var digit in id)
        {
            if (!char.IsAsciiDigit((char)digit) || id.Length > MaxDigits)
                return new(XxHash128.HashToUInt128(id), IsNumber: false);
            number = number * 10 + digit - '0';
        }

        return new(number, IsNumber: true);
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{byte})"/>
    public static TradeKey Of(ReadOnlySpan<char> id)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        return Ascii.FromUtf16(id[..Math.Min(id.Length, MaxLength)], bytes, out var length) == System.Buffers.OperationStatus.Done && id.Length <= MaxLength
            ? Of(bytes[..length])
            : throw new FormatException("an id is too long or not ASCII");
    }

    /// <summary>The key of a trade whose id is in one source only: everything else that both state.</summary>
    public static TradeKey OfContent(long micros, decimal price, decimal size, bool? isSell)
    {
        Span<byte> content = stackalloc byte[8 + 16 + 16 + 1];
        BitConverter.TryWriteBytes(content, micros);
        WriteNormalized(price, content[8..]);
        WriteNormalized(size, content[24..]);
        content[40] = isSell switch { true => 1, false => 2, null => 0 };
        return new(XxHash128.HashToUInt128(content), IsNumber: false);
    }

    /// <summary>The bytes of a number without trailing zeros, so that 1.50 and 1.5 are the same.</summary>
    private static void WriteNormalized(decimal value, Span<byte> target) =>
        decimal.GetBits(value / 1.0000000000000000000000000000m, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(target[..16]));
}
