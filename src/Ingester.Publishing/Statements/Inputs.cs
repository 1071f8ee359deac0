using System.Text.Json.Serialization;

namespace Ingester.Publishing.Statements;

/// <summary>The stored objects that files were made from.</summary>
/// <param name="Objects">Their number.</param>
/// <param name="Sha256">
/// Of a stream: the hash over the sorted lines <c>key SPACE sha256 LF</c> of these objects. Of a day: the hash over the sorted lines <c>pair SPACE sha256 LF</c>
/// of its streams.
/// </param>
internal sealed record Inputs(int Objects, string Sha256)
{
    /// <summary>Of a stream: the key of the list of these lines, compressed with gzip; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? List { get; init; }
}
