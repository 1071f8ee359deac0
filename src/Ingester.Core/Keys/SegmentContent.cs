namespace Ingester.Core.Keys;

/// <summary>What tells two fragments of one window apart where there is no sequence.</summary>
/// <param name="Rows">How many rows it holds.</param>
/// <param name="Hash">The first 16 hex digits of the SHA-256 of its uncompressed rows.</param>
internal sealed record SegmentContent(int Rows, string Hash);
