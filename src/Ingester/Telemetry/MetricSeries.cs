using System.Diagnostics.Metrics;

namespace Ingester.Telemetry;

/// <summary>What kind of numbers an instrument gives.</summary>
internal enum SeriesKind : byte
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A sum that grows and falls: what stands now is what counts.</summary>
    Level,

    /// <summary>A value that is asked for.</summary>
    Gauge,

    /// <summary>Many values, of which the distribution counts.</summary>
    Histogram,
}

/// <summary>The tags of a series: the four that instruments may carry.</summary>
internal readonly record struct SeriesTags(string? Exchange, string? Dataset, string? Kind, string? Outcome)
{
    /// <summary>Reads the tags of a measurement; a tag of another name is a mistake in this program.</summary>
    public static SeriesTags Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var read = default(SeriesTags);
        foreach (var (name, value) in tags)
            read = name switch
            {
                "exchange" => read with { Exchange = value as string },
                "dataset" => read with { Dataset = value as string },
                "kind" => read with { Kind = value as string },
                "outcome" => read with { Outcome = value as string },
                _ => throw new ArgumentException($"No instrument may carry the tag {name}: tags are exchange, dataset, kind and outcome.", nameof(tags)),
            };
        return read;
    }

    /// <summary>The tags that are there, by their names.</summary>
    public IEnumerable<(string Name, string Value)> All()
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

/// <summary>What an instrument said under one set of tags since it was last taken.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Kind">What kind of numbers it gives.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Value">The numbers.</param>
internal sealed record MetricSeries(Instrument Instrument, SeriesKind Kind, SeriesTags Tags, SeriesValue Value);

/// <summary>Numbers of a series. A counter and a level have only a sum, a gauge only one value as sum, minimum and maximum.</summary>
/// <param name="Count">How many values came.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Minimum">The least of them.</param>
/// <param name="Maximum">The greatest of them.</param>
internal readonly record struct SeriesValue(long Count, double Sum, double Minimum, double Maximum)
{
    /// <summary>Both together.</summary>
    public SeriesValue With(in SeriesValue other) => Count == 0
        ? other
        : new(Count + other.Count, Sum + other.Sum, Math.Min(Minimum, other.Minimum), Math.Max(Maximum, other.Maximum));
}
