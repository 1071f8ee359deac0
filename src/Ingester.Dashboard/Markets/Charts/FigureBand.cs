using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Markets.Charts;

/// <summary>A span of time that is shaded because its values are not proven or not known.</summary>
/// <param name="From">The start as ISO text without a zone (UTC).</param>
/// <param name="To">The end.</param>
/// <param name="State">The state of the span.</param>
public sealed record FigureBand(string From, string To, DisplayState State);
