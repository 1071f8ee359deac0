using Ingester.Core.Markets;
using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Completeness;

/// <summary>One stream of a day.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Hours">The worst state of each hour; null for hours that are not audited yet.</param>
/// <param name="Text">The day in words.</param>
/// <param name="OpenGaps">Number of gaps that are open.</param>
public sealed record DayRow(StreamId Stream, IReadOnlyList<DisplayState?> Hours, string Text, int OpenGaps);
