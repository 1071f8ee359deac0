using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Journals;

/// <summary>The key of a coverage line: a later line with an equal key replaces an earlier one.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Window">The window.</param>
/// <param name="State">The state, such as whole or fragment.</param>
/// <param name="Range">The sequence range of the segment; null when there is none.</param>
/// <param name="Rows">Number of rows of the segment.</param>
internal readonly record struct CoverageKey(StreamId Stream, Window Window, CoverageState State, SequenceRange? Range, int Rows);
