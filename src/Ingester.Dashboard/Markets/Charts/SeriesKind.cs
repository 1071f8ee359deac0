namespace Ingester.Dashboard.Markets.Charts;

/// <summary>How a series is drawn.</summary>
public enum SeriesKind
{
    /// <summary>Candlesticks of open, high, low and close.</summary>
    Candles,

    /// <summary>A line; missing values interrupt it.</summary>
    Line,

    /// <summary>A line with a marker at each value, so that a single value is seen.</summary>
    MarkedLine,

    /// <summary>A line with steps, filled to zero.</summary>
    Area,

    /// <summary>Bars.</summary>
    Bars,
}
