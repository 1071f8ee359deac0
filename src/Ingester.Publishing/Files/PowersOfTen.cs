namespace Ingester.Publishing.Files;

/// <summary>The powers of ten that fit into 128 bits.</summary>
internal static class PowersOfTen
{
    private static readonly Int128[] Powers = Make();

    /// <summary>A power of ten, from 0 to 38.</summary>
    public static Int128 Get(int exponent) => Powers[exponent];

    private static Int128[] Make()
    {
        var powers = new Int128[DecimalText.Precision + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
