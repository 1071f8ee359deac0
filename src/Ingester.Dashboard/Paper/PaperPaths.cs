namespace Ingester.Dashboard.Paper;

/// <summary>The addresses of the pages of paper trading.</summary>
internal static class PaperPaths
{
    /// <summary>The list of runs.</summary>
    public const string List = "/paper";

    /// <summary>The value of the parameter <c>proofs</c> with which the store is asked what is proven now.</summary>
    public const string OfStore = "store";

    /// <summary>The report of a run.</summary>
    public static string Run(string run) => $"{List}/{Uri.EscapeDataString(run)}";
}
