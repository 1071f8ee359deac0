using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ingester.Core.Storage;

/// <summary>The symbols of lengths and distances (RFC 1951, 3.2.5), and the codes that need not be sent (3.2.6).</summary>
internal static class DeflateSymbols
{
    /// <summary>How many symbols of literals and lengths there are.</summary>
    public const int Literals = 286;

    /// <summary>How many symbols of literals and lengths the code has that need not be sent: two that mean nothing take room in it.</summary>
    public const int FixedLiterals = 288;

    /// <summary>How many symbols of distances there are.</summary>
    public const int Distances = 30;

    /// <summary>The symbol that ends a block.</summary>
    public const int EndOfBlock = 256;

    /// <summary>The symbol of the shortest length.</summary>
    public const int FirstLength = 257;

    /// <summary>How many bytes a match has at most.</summary>
    public const uint LongestMatch = 258;

    /// <summary>How many bytes a match has at least.</summary>
    public const int ShortestMatch = 3;

    private static readonly ushort[] lengthBase =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private static readonly byte[] symbolOfLength = SymbolsOfLengths();

    /// <summary>The shortest length of each length symbol.</summary>
    public static ReadOnlySpan<ushort> LengthBase => lengthBase;

    /// <summary>How many bits follow each length symbol.</summary>
    public static ReadOnlySpan<byte> LengthExtra => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    /// <summary>The symbol of a length from 3 to 258.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LengthSymbol(uint length) => FirstLength + symbolOfLength[length];

    /// <summary>The symbol of a distance from 1 to 32,768, without a branch: two for each power of two, but for the first two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint DistanceSymbol(uint distance)
    {
        var less = distance - 1;
        var power = BitOperations.Log2(less | 2);
        return (uint)(power << 1) + (less >> (power - 1) & 1) - ((less - 2) >> 31 << 1);
    }

    /// <summary>How many bits follow a distance symbol.</summary>
    public static int DistanceExtra(int symbol) => Math.Max(0, (symbol >> 1) - 1);

    /// <summary>The shortest distance of a symbol.</summary>
    public static uint DistanceBase(int symbol) => symbol < 2 ? (uint)symbol + 1 : (uint)((2 | symbol & 1) << DistanceExtra(symbol)) + 1;

    /// <summary>The length of a literal or length symbol's code that need not be sent.</summary>
    public static byte FixedLength(int symbol) => symbol switch { < 144 => 8, < 256 => 9, < 280 => 7, _ => 8 };

    private static byte[] SymbolsOfLengths()
    {
        var symbols = new byte[LongestMatch + 1];
        for (var symbol = 0; symbol < LengthBase.Length; symbol++)
            symbols.AsSpan(LengthBase[symbol]).Fill((byte)symbol); // the next symbol's lengths are overwritten by it
        return symbols;
    }
}
