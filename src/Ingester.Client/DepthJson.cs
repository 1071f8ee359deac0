using System.Text.Json.Serialization;

namespace Ingester.Client;

/// <summary>A stored diff.</summary>
internal sealed record DepthJson(long Ts, string[][] Bids, string[][] Asks, long? After = null, [property: JsonPropertyName("upto")] long? UpTo = null, string? Time = null);
