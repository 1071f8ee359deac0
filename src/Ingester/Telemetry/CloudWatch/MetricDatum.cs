namespace Ingester.Telemetry.CloudWatch;

/// <summary>One number, or the summary of many, of one metric at one time.</summary>
/// <param name="Name">The metric's name: that of the instrument.</param>
/// <param name="Dimensions">Its dimensions, in their order.</param>
/// <param name="Time">When.</param>
/// <param name="Unit">CloudWatch's name of the unit.</param>
/// <param name="Value">The numbers.</param>
internal sealed record MetricDatum(string Name, IReadOnlyList<(string Name, string Value)> Dimensions, DateTimeOffset Time, string Unit, SeriesValue Value)
{
    /// <summary>How many data one request may carry.</summary>
    public const int MostPerRequest = 1_000;

    /// <summary>
    /// Series as CloudWatch needs them. It adds nothing up over dimensions, so each instrument is sent once for the replica as a whole and once
    /// more by each of its tags exchange, kind and outcome: sums that alarms can watch, without paying for every combination.
    /// </summary>
    public static IReadOnlyList<MetricDatum> Of(IReadOnlyList<MetricSeries> series, string replica, DateTimeOffset time)
    {
        var sums = new Dictionary<(string Name, string Dimension, string Value), (MetricSeries Series, SeriesValue Value)>();
        void Add(MetricSeries one, string dimension, string value)
        {
            var key = (one.Instrument.Name, dimension, value);
            sums[key] = (one, sums.TryGetValue(key, out var sum) ? sum.Value.With(one.Value) : one.Value);
        }

        foreach (var one in series)
        {
            Add(one, "", "");
            foreach (var (name, value) in one.Tags.All())
                if (name != "dataset")
                    Add(one, name, value);
        }

        return
        [
            .. sums.OrderBy(sum => sum.Key).Select(sum => new MetricDatum(
                sum.Key.Name,
                sum.Key.Dimension.Length == 0 ? [("replica", replica)] : [("replica", replica), (sum.Key.Dimension, sum.Key.Value)],
                time,
                UnitOf(sum.Value.Series.Instrument.Unit),
                // Each addition to a counter is no sample of its own: what counts is the sum.
                sum.Value.Series.Kind is SeriesKind.Counter or SeriesKind.Level ? new(1, sum.Value.Value.Sum, sum.Value.Value.Sum, sum.Value.Value.Sum) : sum.Value.Value)),
        ];
    }

    private static string UnitOf(string? unit) => unit switch
    {
        "s" => "Seconds",
        "By" => "Bytes",
        { } counted when counted.StartsWith('{') => "Count",
        _ => "None",
    };
}
