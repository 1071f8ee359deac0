using Ingester.Core.Markets;

namespace Ingester.Demo;

/// <summary>The result of the check of one stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="SentRows">Number of sent rows.</param>
/// <param name="WholeWindows">Number of whole windows in the store.</param>
/// <param name="Errors">All errors; empty when the check passed.</param>
internal sealed record StreamCheckResult(StreamId Stream, int SentRows, int WholeWindows, IReadOnlyList<string> Errors);
