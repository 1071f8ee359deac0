namespace Ingester.Paper.Execution;

/// <summary>A defect of a recorded stream. It is passed as soon as it is known: in a replay at its start, live at its end.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Kind">The kind.</param>
/// <param name="FromMicros">
/// Time of the last event of the stream before the defect, or the time up to which the stream is known, microseconds UTC. It may be earlier than the clock of
/// the simulator: what happened to orders since then is flagged.
/// </param>
/// <param name="ToMicros">
/// Time of the first event of the stream after the defect, or its end. Null: the end is not known yet. A gap of the trades then ends with the next trade, and
/// unproven trades never end. A gap or reset of the book always ends with the next snapshot, and its end is not used; an unproven book ends at this time, or
/// with the next proven snapshot.
/// </param>
/// <param name="Text">What is missing, as a sentence; it becomes a part of order events.</param>
internal sealed record DataDefect(MarketStream Stream, DefectKind Kind, long FromMicros, long? ToMicros, string Text) : MarketInput(FromMicros);
