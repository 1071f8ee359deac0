namespace Ingester.Deriving.Rows;

/// <summary>The names of conditions in rows. <c>MinuteTrades</c> decides that of a bar, <c>BookReplay</c> that of a book.</summary>
internal static class DataConditions
{
    private static readonly string[] Names = ["complete", "quiet", "beyond-horizon", "unproven", "disputed", "partial", "missing"];

    /// <summary>The name in rows, such as <c>beyond-horizon</c>.</summary>
    public static string Name(this DataCondition condition) => Names[(int)condition];

    /// <summary>True when totals over the span are known.</summary>
    public static bool HasTotals(this DataCondition condition) => condition < DataCondition.Partial;

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">The name is unknown.</exception>
    public static DataCondition Parse(string name) =>
        Array.IndexOf(Names, name) is >= 0 and var index ? (DataCondition)index : throw new FormatException($"'{name}' is not a condition of derived rows.");
}
