using System.Diagnostics.Metrics;

namespace Ingester.Telemetry;

/// <summary>Kind of an instrument.</summary>
internal enum SeriesKind : byte
{
    /// <summary>A sum that only increases.</summary>
    Counter,

    /// <summary>A sum that increases and decreases: its current value is exported.</summary>
    UpDownCounter,

    /// <summary>A value that is read when it is exported.</summary>
    Gauge,

    /// <summary>Many values, whose distribution is exported.</summary>
    Histogram,
}

/// <summary>The tags of a series: the four tags that instruments may have.</summary>
internal readonly record struct SeriesTags(string? Exchange, string? Dataset, string? Kind, string? Outcome)
{
    /// <summary>Reads the tags of a measurement; any other tag name is a bug.</summary>
    public static SeriesTags From(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var read = default(SeriesTags);
        foreach (var (name, value) in tags)
            read = name switch
            {
                "exchange" => read with { Exchange = value as string },
                "dataset" => read with { Dataset = value as string },
                "kind" => read with { Kind = value as string },
                "outcome" => read with { Outcome = value as string },
                _ => throw new ArgumentException($"The tag {name} is not allowed: tags are exchange, dataset, kind and outcome.", nameof(tags)),
            };
        return read;
    }

    /// <summary>The tags that are set, with their names.</summary>
    public IEnumerable<(string Name, string Value)> Enumerate()
    {
        if (Exchange is not null)
            yield return ("exchange", Exchange);
        if (Dataset is not null)
            yield return ("dataset", Dataset);
        if (Kind is not null)
            yield return ("kind", Kind);
        if (Outcome is not null)
            yield return ("outcome", Outcome);
    }
}

/// <summary>The values of an instrument with one set of tags since the last collection.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Kind">The kind of the instrument.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Value">The values.</param>
internal sealed record MetricSeries(Instrument Instrument, SeriesKind Kind, SeriesTags Tags, SeriesValue Value);

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
