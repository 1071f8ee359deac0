namespace Ingester.Simulator;

/// <summary>One command of <see cref="ControlEndpoints"/>.</summary>
/// <param name="Method">GET for queries, POST for actions.</param>
/// <param name="Name">The last segment of its path.</param>
/// <param name="Required">The required parameters, comma-separated.</param>
/// <param name="Optional">The optional parameters, comma-separated.</param>
/// <param name="Description">Description for the help text.</param>
/// <param name="Run">Executes the command and returns the response body.</param>
internal sealed record ControlCommand(string Method, string Name, string Required, string Optional, string Description, Func<ControlQuery, byte[]> Run)
{
    /// <summary>All accepted parameters.</summary>
    public IReadOnlyList<string> Parameters { get; } = [.. SplitNames(Required), .. SplitNames(Optional)];

    /// <summary>The parameters in the form of the help text.</summary>
    public string UsageText() => $"{(Parameters.Count > 0 ? "?" : "")}{string.Join('&', SplitNames(Required).Select(name => $"{name}=…"))}"
        + string.Concat(SplitNames(Optional).Select((name, index) => $"[{(index > 0 || Required.Length > 0 ? "&" : "")}{name}=…]"));

    /// <summary>The names of a comma-separated list.</summary>
    public static IEnumerable<string> SplitNames(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
