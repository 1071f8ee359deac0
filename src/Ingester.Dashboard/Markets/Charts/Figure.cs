namespace Ingester.Dashboard.Markets.Charts;

/// <summary>A chart, without the library that draws it.</summary>
/// <param name="Summary">What the chart shows, for screen readers.</param>
/// <param name="XTitle">The title of the horizontal axis.</param>
/// <param name="YTitle">The title of the vertical axis.</param>
/// <param name="Series">The series.</param>
public sealed record Figure(string Summary, string XTitle, string YTitle, IReadOnlyList<FigureSeries> Series)
{
    /// <summary>The title of the second vertical axis; null if there is none.</summary>
    public string? RightTitle { get; init; }

    /// <summary>The range of the second vertical axis; null to fit the values.</summary>
    public (double Low, double High)? RightRange { get; init; }

    /// <summary>True if the horizontal axis is time. Default: true.</summary>
    public bool IsTime { get; init; } = true;

    /// <summary>The spans that are shaded.</summary>
    public IReadOnlyList<FigureBand> Bands { get; init; } = [];
}
