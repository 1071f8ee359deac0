using System.Text.Json.Serialization;

namespace Ingester.Publishing.Statements;

/// <summary>Ids of a market that no replica recorded and that were taken from a file that the exchange publishes.</summary>
/// <param name="After">The last id before them.</param>
/// <param name="UpTo">The last of them.</param>
/// <param name="File">Name of the file.</param>
/// <param name="Sha256">Its SHA-256.</param>
internal sealed record ArchivedIds(long After, [property: JsonPropertyName("upto")] long UpTo, string File, string Sha256);
