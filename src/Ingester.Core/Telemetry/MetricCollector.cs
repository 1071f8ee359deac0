using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Ingester.Core.Telemetry;

/// <summary>
/// Listens to one meter and adds up what its instruments say, for an exporter to take. Each exporter has its own. Measuring allocates nothing
/// once a series is known.
/// </summary>
internal sealed class MetricCollector : IDisposable
{
    /// <summary>Upper bounds of a histogram's buckets, in seconds: from a fast store to one that times out.</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly ConcurrentDictionary<(Instrument Instrument, SeriesTags Tags), Sum> sums = new();
    private readonly MeterListener listener = new();
    private readonly Lock taking = new();

    /// <summary>Begins to listen.</summary>
    public MetricCollector(IngesterMeter meter)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (meter.Owns(instrument))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.Start();
    }

    /// <summary>What kind an instrument is.</summary>
    public static SeriesKind KindOf(Instrument instrument) => instrument switch
    {
        { IsObservable: true } => SeriesKind.Gauge,
        Histogram<double> => SeriesKind.Histogram,
        UpDownCounter<long> => SeriesKind.Level,
        _ => SeriesKind.Counter,
    };

    /// <summary>All series with what came since the start, sorted by name and tags; gauges are asked now.</summary>
    public IReadOnlyList<MetricSeries> Read() => Take(startAnew: false);

    /// <summary>The series that said something since they were last taken, which then begin anew; gauges are asked now.</summary>
    public IReadOnlyList<MetricSeries> Take() => Take(startAnew: true);

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private List<MetricSeries> Take(bool startAnew)
    {
        lock (taking)
        {
            foreach (var (key, sum) in sums)
                if (key.Instrument.IsObservable)
                    sum.Take(startAnew: true); // a gauge that has gone silent is not shown
            listener.RecordObservableInstruments();
            return
            [
                .. sums.Select(entry => (entry.Key.Instrument, Kind: KindOf(entry.Key.Instrument), entry.Key.Tags, Sum: entry.Value))
                    .Select(one => new MetricSeries(
                        one.Instrument, one.Kind, one.Tags, one.Sum.Take(one.Kind == SeriesKind.Gauge || startAnew && one.Kind != SeriesKind.Level)))
                    .Where(series => series.Value.Count > 0)
                    .OrderBy(series => series.Instrument.Name, StringComparer.Ordinal)
                    .ThenBy(series => series.Tags.ToString(), StringComparer.Ordinal),
            ];
        }
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        sums.GetOrAdd((instrument, SeriesTags.Of(tags)), static key => new(KindOf(key.Instrument) == SeriesKind.Histogram)).Add(value);

    private sealed class Sum(bool distributes)
    {
        private readonly Lock gate = new();
        private readonly long[]? buckets = distributes ? new long[Bounds.Length] : null;
        private SeriesValue value;

        public void Add(double number)
        {
            lock (gate)
            {
                value = value.With(new(1, number, number, number));
                for (var i = 0; buckets is not null && i < Bounds.Length; i++)
                    if (number <= Bounds[i])
                        buckets[i]++;
            }
        }

        public SeriesValue Take(bool startAnew)
        {
            lock (gate)
            {
                var taken = value with { Buckets = buckets is null ? null : [.. buckets] };
                if (startAnew)
                {
                    value = default;
                    buckets?.AsSpan().Clear();
                }

                return taken;
            }
        }
    }
}
