namespace Ingester.Core.Sequencing;

/// <summary>The cursor's verdict on one event.</summary>
/// <param name="Outcome">The classification.</param>
/// <param name="Span">The ids that are missing, closed or replaced, see <see cref="CursorOutcome"/>.</param>
/// <param name="Run">The run of the event, or the run that precedes it in the chain; zero for none.</param>
internal readonly record struct CursorVerdict(CursorOutcome Outcome, SequenceRange Span = default, int Run = 0);
