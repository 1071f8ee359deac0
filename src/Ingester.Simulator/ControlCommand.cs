using System.Text.Json;
using System.Text.Json.Serialization;

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
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>All accepted parameters.</summary>
    public IReadOnlyList<string> Parameters { get; } = [.. SplitNames(Required), .. SplitNames(Optional)];

    /// <summary>The parameters in the form of the help text.</summary>
    public string UsageText() => $"{(Parameters.Count > 0 ? "?" : "")}{string.Join('&', SplitNames(Required).Select(name => $"{name}=…"))}"
        + string.Concat(SplitNames(Optional).Select((name, index) => $"[{(index > 0 || Required.Length > 0 ? "&" : "")}{name}=…]"));

    /// <summary>The names of a comma-separated list.</summary>
    public static IEnumerable<string> SplitNames(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A response body.</summary>
    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, JsonOptions);

    /// <summary>Executes an action and returns the response body that confirms it.</summary>
    public static byte[] RunAndConfirm(Action action)
    {
        action();
        return Serialize(new { done = true });
    }
}
