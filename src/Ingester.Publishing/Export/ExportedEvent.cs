namespace Ingester.Publishing.Export;

/// <summary>The first or the last exported event of a stream.</summary>
/// <param name="Id">The id of the trade, or the <c>upto</c> of the diff, as text; null where the exchange has none.</param>
/// <param name="Micros">Its exchange time, microseconds UTC.</param>
public sealed record ExportedEvent(string? Id, long Micros);
