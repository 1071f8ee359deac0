using Ingester.Core.Storage;

namespace Ingester.Core.Tests.Storage;

/// <summary>The tables of RFC 1951, 3.2.5.</summary>
public sealed class DeflateSymbolsTests
{
    [Fact]
    public void Every_distance_is_within_its_symbol()
    {
        for (uint distance = 1; distance <= 32_768; distance++)
        {
            var symbol = (int)DeflateSymbols.DistanceSymbol(distance);
            Assert.InRange(distance - DeflateSymbols.DistanceBase(symbol), 0u, (1u << DeflateSymbols.DistanceExtra(symbol)) - 1);
        }
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(3, 4, 0)]
    [InlineData(4, 5, 1)]
    [InlineData(5, 7, 1)]
    [InlineData(16, 257, 7)]
    [InlineData(29, 24_577, 13)]
    public void Distances_of_a_symbol_begin_as_the_standard_says(int symbol, uint first, int extra) =>
        Assert.Equal((first, extra), (DeflateSymbols.DistanceBase(symbol), DeflateSymbols.DistanceExtra(symbol)));

    [Fact]
    public void Every_length_is_within_its_symbol()
    {
        for (uint length = 3; length <= 258; length++)
        {
            var symbol = DeflateSymbols.LengthSymbol(length) - DeflateSymbols.FirstLength;
            Assert.InRange(length - DeflateSymbols.LengthBase[symbol], 0u, (1u << DeflateSymbols.LengthExtra[symbol]) - 1);
        }

        Assert.Equal((257, 284, 285), (DeflateSymbols.LengthSymbol(3), DeflateSymbols.LengthSymbol(257), DeflateSymbols.LengthSymbol(258)));
    }
}
