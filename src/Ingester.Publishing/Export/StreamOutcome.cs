using Ingester.Core.Markets;

namespace Ingester.Publishing.Export;

/// <summary>The result of one stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Manifest">The manifest; null if the export failed.</param>
/// <param name="IsSkipped">True if the store holds the export already.</param>
/// <param name="Failure">Why the export failed, as a sentence; null if it did not.</param>
public sealed record StreamOutcome(StreamId Stream, StreamExport? Manifest, bool IsSkipped, string? Failure);
