using Ingester.Core.Telemetry;
using Ingester.Telemetry.Series;
using Ingester.Testing.Allocations;
using Ingester.Tests.Recording.Lanes;

namespace Ingester.Tests.Program.Telemetry.Series;

[Collection(nameof(AllocationTests))] // alone: one of them counts what it allocates
public sealed class MetricCollectorTests : IDisposable
{
    private readonly IngesterMeter meter = new();
    private readonly MetricCollector collector;

    public MetricCollectorTests() => collector = new(meter);

    public void Dispose()
    {
        collector.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void Taking_starts_at_zero_again()
    {
        AddGaps("kraken", 2);
        AddGaps("kraken", 3);
        Assert.Equal([("ingester.gaps.detected", 5d)], Values(collector.Collect()));
        Assert.Empty(collector.Collect());
        AddGaps("kraken", 1);
        Assert.Equal([("ingester.gaps.detected", 1d)], Values(collector.Collect()));
    }

    [Fact]
    public void Gauge_is_read_at_each_collection_and_omitted_without_a_value()
    {
        double[] says = [7];
        meter.AddGauge("ingester.test.value", "s", "A test.", () => says.Select(value => new System.Diagnostics.Metrics.Measurement<double>(value)));
        Assert.Equal([("ingester.test.value", 7d)], Values(collector.Collect()));
        says = [9];
        Assert.Equal([("ingester.test.value", 9d)], Values(collector.Collect()));
        says = [];
        Assert.Empty(collector.Collect());
    }

    [Fact]
    public void Gauge_keeps_its_value_between_two_collections()
    {
        meter.StreamsStale.Add(3, IngesterMeter.ExchangeTag("kraken"));
        meter.StreamsStale.Add(-1, IngesterMeter.ExchangeTag("kraken"));
        Assert.Equal([("ingester.streams.stale", 2d)], Values(collector.Collect()));
        Assert.Equal([("ingester.streams.stale", 2d)], Values(collector.Collect()));
    }

    [Fact]
    public void Another_meter_with_the_same_name_is_ignored()
    {
        using var other = new IngesterMeter();
        other.GapsDetected.Add(1, IngesterMeter.ExchangeTag("kraken"));
        Assert.Empty(collector.Collect());
    }

    [Fact]
    public void Tag_other_than_the_four_is_rejected() =>
        Assert.Throws<ArgumentException>(() => meter.GapsDetected.Add(1, new KeyValuePair<string, object?>("market", "BTC-USD")));

    [Fact]
    public void Known_series_is_counted_without_allocating()
    {
        AddGaps("kraken", 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Record();
        Assert.True(GC.GetAllocatedBytesForCurrentThread() > before);
        Assert.Equal(0, ThreadAllocations.Measure(Record));

        void Record()
        {
            for (var i = 0; i < 1_000; i++)
                meter.StoreLatency.Record(0.1, IngesterMeter.KindTag("write"));
        }
    }

    private static List<(string Name, double Sum)> Values(IEnumerable<InstrumentSeries> series) => [.. series.Select(one => (one.Instrument.Name, one.Value.Sum))];

    private void AddGaps(string exchange, long count) => meter.GapsDetected.Add(count, IngesterMeter.ExchangeTag(exchange));
}
