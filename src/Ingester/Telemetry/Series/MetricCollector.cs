using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ingester.Core.Telemetry;

namespace Ingester.Telemetry.Series;

/// <summary>
/// Listens to one meter and aggregates its measurements for one exporter; each exporter has its own collector. A measurement does not allocate once
/// its series is known.
/// </summary>
internal sealed class MetricCollector : IDisposable
{
    private readonly ConcurrentDictionary<(Instrument Instrument, SeriesTags Tags), Sum> sums = new();
    private readonly MeterListener listener = new();
    private readonly Lock collecting = new();

    /// <summary>Starts to listen to the meter.</summary>
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

    /// <summary>The kind of an instrument.</summary>
    public static InstrumentKind KindOf(Instrument instrument) => instrument switch
    {
        { IsObservable: true } => InstrumentKind.Gauge,
        Histogram<double> => InstrumentKind.Histogram,
        UpDownCounter<long> => InstrumentKind.UpDownCounter,
        _ => InstrumentKind.Counter,
    };

    /// <summary>
    /// The series with measurements since the last call, sorted by name and tags; afterwards they start at zero. Gauges are read now.
    /// </summary>
    public IReadOnlyList<InstrumentSeries> Collect()
    {
        lock (collecting)
        {
            foreach (var (key, sum) in sums)
                if (key.Instrument.IsObservable)
                    sum.Read(reset: true); // a gauge without a current value is not exported
            listener.RecordObservableInstruments();
            return
            [
                .. sums.Select(entry => (entry.Key.Instrument, Kind: KindOf(entry.Key.Instrument), entry.Key.Tags, Sum: entry.Value))
                    .Select(one => new InstrumentSeries(
                        one.Instrument, one.Kind, one.Tags, one.Sum.Read(reset: one.Kind != InstrumentKind.UpDownCounter)))
                    .Where(series => series.Value.Count > 0)
                    .OrderBy(series => series.Instrument.Name, StringComparer.Ordinal)
                    .ThenBy(series => series.Tags.ToString(), StringComparer.Ordinal),
            ];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        sums.GetOrAdd((instrument, SeriesTags.From(tags)), static _ => new()).Add(value);

    private sealed class Sum
    {
        private readonly Lock gate = new();
        private SeriesValue value;

        public void Add(double number)
        {
            lock (gate)
                value = value.Merge(new(1, number, number, number));
        }

        public SeriesValue Read(bool reset)
        {
            lock (gate)
            {
                var taken = value;
                if (reset)
                    value = default;
                return taken;
            }
        }
    }
}
