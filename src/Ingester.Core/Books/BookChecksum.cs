namespace Ingester.Core.Books;

/// <summary>
/// The CRC32 that an exchange sends with its book. It covers the ten best asks and then the ten best bids. Each level contributes its price and its
/// size as digits, without the decimal point and without leading zeros. <c>VerifiedBook</c> compares it after every diff.
/// </summary>
/// <param name="PriceDecimals">Number of decimals of prices; null uses the digits as the exchange wrote them.</param>
/// <param name="SizeDecimals">Number of decimals of sizes; null uses the digits as the exchange wrote them.</param>
internal readonly record struct BookChecksum(int? PriceDecimals, int? SizeDecimals)
{
    /// <summary>Number of levels of each side that the checksum covers.</summary>
    public const int Levels = 10;
    private const int MaxDigits = 40;

    private static readonly uint[] CrcTable = CreateCrcTable();

    /// <summary>True when a book has the checksum that the exchange sent.</summary>
    public bool Matches(OrderBook book, uint expected) => Compute(book) == expected;

    /// <summary>The checksum of a book.</summary>
    public uint Compute(OrderBook book)
    {
        var crc = Add(uint.MaxValue, book.Asks);
        return ~Add(crc, book.Bids);
    }

    private uint Add(uint crc, BookSide side)
    {
        for (var rank = 0; rank < Math.Min(Levels, side.Count); rank++)
        {
            var level = side[rank];
            crc = Add(crc, level.Price, PriceDecimals);
            crc = Add(crc, level.Size, SizeDecimals);
        }

        return crc;
    }

    private static uint Add(uint crc, ExactDecimal number, int? decimals)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        foreach (var digit in digits[..number.WriteDigits(digits, decimals)])
            crc = CrcTable[(byte)(crc ^ digit)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] CreateCrcTable()
    {
        var table = new uint[256];
        for (var octet = 0u; octet < table.Length; octet++)
        {
            var value = octet;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 0 ? value >> 1 : 0xEDB88320 ^ (value >> 1);
            table[octet] = value;
        }

        return table;
    }
}
