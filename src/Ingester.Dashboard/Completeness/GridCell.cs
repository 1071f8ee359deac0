using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Completeness;

/// <summary>One day of one stream in the grid.</summary>
/// <param name="Day">The day.</param>
/// <param name="State">The state; null when the day is not audited yet.</param>
/// <param name="Certified">The condition that the newest certificate states, such as <c>available</c>; null without a certificate.</param>
/// <param name="Text">The cell in words, for tooltips and screen readers.</param>
public sealed record GridCell(DateOnly Day, DisplayState? State, string? Certified, string Text);
