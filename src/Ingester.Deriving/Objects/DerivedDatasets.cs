namespace Ingester.Deriving.Objects;

/// <summary>The names of derived datasets in keys and options.</summary>
public static class DerivedDatasets
{
    private static readonly string[] Texts = ["bars", "quotes", "book-metrics"];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names => Texts;

    /// <summary>The name in keys and options, such as <c>book-metrics</c>.</summary>
    public static string Name(this DerivedDataset dataset) => Texts[(int)dataset];

    /// <summary>Parses a name; null when it is unknown.</summary>
    public static DerivedDataset? Parse(string name) => Array.IndexOf(Texts, name) is >= 0 and var index ? (DerivedDataset)index : null;
}
