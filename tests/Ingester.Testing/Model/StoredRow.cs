namespace Ingester.Testing.Model;

/// <summary>One row of a segment: its event, and the mark of its time.</summary>
/// <param name="Event">The event; null for a row that the exchange did not send.</param>
/// <param name="Mark">The field <c>time</c>; null if the row has none.</param>
/// <param name="Text">The row.</param>
internal readonly record struct StoredRow(WireEvent? Event, string? Mark, string Text);
