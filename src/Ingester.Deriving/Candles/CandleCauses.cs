namespace Ingester.Deriving.Candles;

/// <summary>The names of causes in JSON.</summary>
internal static class CandleCauses
{
    private static readonly string[] Names = ["none", "rounding", "other-trades", "unfinished", "revised", "unproven", "missing-trades", "no-bar", "unknown"];

    /// <summary>The name, such as <c>missing-trades</c>.</summary>
    public static string Name(this CandleCause cause) => Names[(int)cause];
}
