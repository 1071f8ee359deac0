using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>An event that is not part of the chain of its stream, or not yet (detached row).</summary>
/// <param name="Row">Its row.</param>
/// <param name="Window">The window that it is stored in.</param>
/// <param name="Mark">The time mark of the row.</param>
/// <param name="Run">The cursor's candidate run that it belongs to; zero for none.</param>
/// <param name="ClosedRange">The part of a gap that it closes; null for none.</param>
internal readonly record struct DetachedRow(EventRow Row, Window Window, TimeMark Mark, int Run = 0, SequenceRange? ClosedRange = null);
