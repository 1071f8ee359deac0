using System.IO.Hashing;
using System.Runtime.InteropServices;
using Ingester.Core.Books;
using Ingester.Publishing.Files;

namespace Ingester.Publishing.Witnesses;

/// <summary>The content of a diff as a number: diffs with the same levels, as decimals and in any order, have the same one.</summary>
internal static class LevelsHash
{
    /// <summary>The sum of the hashes of all levels.</summary>
    /// <param name="bids">The bids, <c>[["price","size"],…]</c>.</param>
    /// <param name="asks">The asks.</param>
    /// <exception cref="System.Text.Json.JsonException">The levels have another form.</exception>
    /// <exception cref="FormatException">A price or size is not a number.</exception>
    public static UInt128 Of(ReadOnlySpan<byte> bids, ReadOnlySpan<byte> asks) => unchecked(Sum(bids, 1) + Sum(asks, 2));

    private static UInt128 Sum(ReadOnlySpan<byte> levels, byte side)
    {
        var sum = UInt128.Zero;
        Span<byte> content = stackalloc byte[16 + 16 + 1];
        content[32] = side;
        for (var reader = new LevelReader(levels); reader.Read();)
        {
            if (!ExactDecimal.TryParse(reader.Price, out var price) || !ExactDecimal.TryParse(reader.Size, out var size))
                throw new FormatException("a price or size of a level is not a number");
            MemoryMarshal.Write(content, price.Scaled);
            MemoryMarshal.Write(content[16..], size.Scaled);
            unchecked
            {
                sum += XxHash128.HashToUInt128(content);
            }
        }

        return sum;
    }
}
