namespace Ingester.Core.Sequencing;

/// <summary>The cursor's verdict on one event.</summary>
/// <param name="Outcome">The classification.</param>
/// <param name="Span">The ids that are missing, closed or replaced, see <see cref="CursorOutcome"/>.</param>
/// <param name="Run">The run of the event, or the run that precedes it in the chain; zero for none.</param>
/// <param name="IsNumberingDoubtful">True for a gap before which a later event had ids below all recorded ones: other ids may be missing as well.</param>
internal readonly record struct CursorVerdict(CursorOutcome Outcome, SequenceRange Span = default, int Run = 0, bool IsNumberingDoubtful = false);
