using Ingester.Core.Markets;

namespace Ingester.Dashboard.Completeness;

/// <summary>One stream in the grid.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Cells">One cell for each day, oldest first.</param>
public sealed record GridRow(StreamId Stream, IReadOnlyList<GridCell> Cells);
