namespace Ingester.Telemetry.Series;

/// <summary>The values of a series. A counter and an up-down counter have only a sum; a gauge has one value as sum, minimum and maximum.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Minimum">The minimum.</param>
/// <param name="Maximum">The maximum.</param>
internal readonly record struct SeriesValue(long Count, double Sum, double Minimum, double Maximum)
{
    /// <summary>Merges both.</summary>
    public SeriesValue Merge(in SeriesValue other) => Count == 0
        ? other
        : new(Count + other.Count, Sum + other.Sum, Math.Min(Minimum, other.Minimum), Math.Max(Maximum, other.Maximum));
}
