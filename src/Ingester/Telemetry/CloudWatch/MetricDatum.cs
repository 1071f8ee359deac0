using Ingester.Telemetry.Series;

namespace Ingester.Telemetry.CloudWatch;

/// <summary>One value, or the summary of several values, of one metric at one time.</summary>
/// <param name="Name">The metric's name, which is that of the instrument.</param>
/// <param name="Dimensions">Its dimensions, in their order.</param>
/// <param name="Time">The time.</param>
/// <param name="Unit">CloudWatch's name of the unit.</param>
/// <param name="Value">The value.</param>
internal sealed record MetricDatum(string Name, IReadOnlyList<(string Name, string Value)> Dimensions, DateTimeOffset Time, string Unit, SeriesValue Value)
{
    /// <summary>Maximum number of data points in one request.</summary>
    public const int MaxPerRequest = 1_000;

    /// <summary>
    /// Converts series for CloudWatch, which does not aggregate over dimensions. Each instrument is therefore sent once for the replica in total, and
    /// once by each of its tags exchange, kind and outcome. Alarms can watch these sums without the cost of every combination.
    /// </summary>
    public static IReadOnlyList<MetricDatum> Summarize(IReadOnlyList<InstrumentSeries> series, string replica, DateTimeOffset time)
    {
        var sums = new Dictionary<(string Name, string Dimension, string Value), (InstrumentSeries Series, SeriesValue Value)>();
        void Add(InstrumentSeries one, string dimension, string value)
        {
            var key = (one.Instrument.Name, dimension, value);
            sums[key] = (one, sums.TryGetValue(key, out var sum) ? sum.Value.Merge(one.Value) : one.Value);
        }

        foreach (var one in series)
        {
            Add(one, "", "");
            foreach (var (name, value) in one.Tags.Enumerate())
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
                // An addition to a counter is not a sample; only the sum is meaningful.
                sum.Value.Series.Kind is InstrumentKind.Counter or InstrumentKind.UpDownCounter ? new(1, sum.Value.Value.Sum, sum.Value.Value.Sum, sum.Value.Value.Sum) : sum.Value.Value)),
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
