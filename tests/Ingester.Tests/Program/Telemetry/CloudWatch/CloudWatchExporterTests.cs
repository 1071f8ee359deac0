using Ingester.Core.Telemetry;
using Ingester.Telemetry.CloudWatch;
using Ingester.Telemetry.Series;
using Ingester.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Program.Telemetry.CloudWatch;

public sealed class CloudWatchExporterTests : IMetricStore, IDisposable
{
    private readonly IngesterMeter meter = new();
    private readonly ManualClock clock = new();
    private readonly CloudWatchExporter exporter;
    private readonly List<IReadOnlyList<MetricDatum>> taken = [];
    private TaskCompletionSource<IReadOnlyList<MetricDatum>> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool refuses;

    public CloudWatchExporterTests() => exporter = new(
        meter, this, new() { Namespace = "Test" }, "a", clock, new(meter, NullLogger<TelemetryEvents>.Instance));

    public void Dispose()
    {
        exporter.Dispose();
        meter.Dispose();
    }

    Task IMetricStore.PutAsync(string metricNamespace, IReadOnlyList<MetricDatum> data, CancellationToken cancellation)
    {
        if (refuses)
            throw new MetricStoreException("No.", new IOException());
        Assert.Equal("Test", metricNamespace);
        taken.Add(data);
        next.TrySetResult(data);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Each_instrument_is_sent_for_the_replica_and_by_each_of_its_tags_but_the_dataset()
    {
        AddGap("kraken", "skip");
        AddGap("kraken", "disconnect");
        AddGap("binance", "skip");
        await exporter.SendAsync(CancellationToken.None);
        Assert.Equal(
            [
                "replica=a: 3", "replica=a,exchange=binance: 1", "replica=a,exchange=kraken: 2", "replica=a,kind=disconnect: 1", "replica=a,kind=skip: 2",
            ],
            Assert.Single(taken).Select(Text));
        Assert.All(taken[0], datum => Assert.Equal(("ingester.gaps.detected", "Count", 1L), (datum.Name, datum.Unit, datum.Value.Count)));
    }

    [Fact]
    public async Task Rejected_metrics_are_sent_later_and_in_order()
    {
        refuses = true;
        AddGap("kraken", "skip");
        await exporter.SendAsync(CancellationToken.None);
        var first = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromMinutes(1));
        AddGap("kraken", "skip");
        refuses = false;
        await exporter.SendAsync(CancellationToken.None);
        Assert.Equal([first, clock.GetUtcNow()], taken.Select(batch => batch[0].Time));
        Assert.Equal(0, meter.TelemetryLost.Total);
    }

    [Fact]
    public async Task Beyond_the_bound_the_oldest_is_dropped_and_counted()
    {
        refuses = true;
        for (var interval = 0; interval < CloudWatchExporter.MaxQueuedRequests + 1; interval++)
        {
            AddGap("kraken", "skip");
            await exporter.SendAsync(CancellationToken.None);
        }

        Assert.Equal(3, meter.TelemetryLost.Total); // gaps of the replica, by exchange and by kind
        refuses = false;
        await exporter.SendAsync(CancellationToken.None);
        Assert.Contains(taken[^1], datum => datum.Name == "ingester.telemetry.dropped" && datum.Value.Sum > 0);
    }

    [Fact]
    public async Task Request_carries_no_more_than_a_thousand_data()
    {
        for (var i = 0; i < 1_200; i++)
            AddGap($"x{i}", "skip");
        await exporter.SendAsync(CancellationToken.None);
        Assert.Equal([1_000, 202], taken.Select(batch => batch.Count));
    }

    [Fact]
    public async Task Metrics_go_out_every_interval_and_once_more_at_the_end()
    {
        using var stop = new CancellationTokenSource();
        var running = exporter.RunAsync(stop.Token);
        AddGap("kraken", "skip");
        await clock.TimerWithinAsync(TimeSpan.FromSeconds(20));
        clock.Advance(TimeSpan.FromSeconds(20));
        await next.Task.WaitAsync(ManualClock.Patience);
        next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        AddGap("kraken", "skip");
        await stop.CancelAsync();
        await running.WaitAsync(ManualClock.Patience);
        Assert.Equal(2, taken.Count);
    }

    private static string Text(MetricDatum datum) => $"{string.Join(',', datum.Dimensions.Select(d => $"{d.Name}={d.Value}"))}: {datum.Value.Sum}";

    private void AddGap(string exchange, string kind) =>
        meter.GapsDetected.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.DatasetTag("trades"), IngesterMeter.KindTag(kind));
}
