namespace Ingester.Dashboard.Markets.Charts;

/// <summary>One series of a figure. Values that are not known are null and are not drawn.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Kind">How it is drawn.</param>
/// <param name="Color">The colour, such as <c>#0072b2</c>.</param>
/// <param name="X">The positions: times as ISO text without a zone (UTC), or numbers.</param>
/// <param name="Y">The values; of candles the closing prices.</param>
public sealed record FigureSeries(string Name, SeriesKind Kind, string Color, IReadOnlyList<object> X, IReadOnlyList<double?> Y)
{
    /// <summary>The opening prices of candles.</summary>
    public IReadOnlyList<double?> Open { get; init; } = [];

    /// <summary>The highest prices of candles.</summary>
    public IReadOnlyList<double?> High { get; init; } = [];

    /// <summary>The lowest prices of candles.</summary>
    public IReadOnlyList<double?> Low { get; init; } = [];

    /// <summary>True to use the second vertical axis, on the right. Default: false.</summary>
    public bool OnRight { get; init; }
}
