using Ingester.Core.Telemetry;
using Ingester.Telemetry;
using Ingester.Tests.Recording.Lanes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Program.Telemetry;

/// <summary>What Prometheus reads.</summary>
[Collection(nameof(AllocationTests))] // alone: a scrape asks every meter of the process
public sealed class PrometheusTests
{
    [Fact]
    public async Task Series_have_names_with_units_the_replica_and_the_buckets_of_the_store()
    {
        using var scraped = TelemetryService.CreatePrometheusProvider("a\"1");
        using var meter = new IngesterMeter();
        meter.GapsDetected.Add(2, IngesterMeter.ExchangeTag("probe"));
        meter.StreamsStale.Add(3, IngesterMeter.ExchangeTag("probe"));
        meter.StoreLatency.Record(0.02, IngesterMeter.KindTag("probe"), IngesterMeter.OutcomeTag("done"));
        meter.StoreLatency.Record(40, IngesterMeter.KindTag("probe"), IngesterMeter.OutcomeTag("done"));
        var lines = await ScrapeAsync(scraped);

        Assert.Contains("# TYPE ingester_gaps_detected_total counter", lines);
        Assert.Contains("# HELP ingester_gaps_detected_total Gaps detected in streams, by kind.", lines);
        Assert.Equal("2", Value(lines, "ingester_gaps_detected_total", "exchange=\"probe\""));
        Assert.Contains("# TYPE ingester_streams_stale gauge", lines);
        Assert.Equal("3", Value(lines, "ingester_streams_stale", "exchange=\"probe\""));
        Assert.Contains("# TYPE ingester_store_latency_seconds histogram", lines);
        foreach (var (bound, count) in new[] { ("0.01", "0"), ("0.025", "1"), ("30", "1"), ("+Inf", "2") })
            Assert.Equal(count, Value(lines, "ingester_store_latency_seconds_bucket", "kind=\"probe\"", "outcome=\"done\"", $"le=\"{bound}\""));
        Assert.Equal("40.02", Value(lines, "ingester_store_latency_seconds_sum", "kind=\"probe\""));
        Assert.DoesNotContain(lines, line => line.Contains("otel_scope", StringComparison.Ordinal) || line.StartsWith("target_info", StringComparison.Ordinal));
        Assert.All(lines.Where(line => line.StartsWith("ingester_", StringComparison.Ordinal)), line => Assert.Contains("replica=\"a\\\"1\"", line, StringComparison.Ordinal));
    }

    /// <summary>The lines that an exporter writes.</summary>
    internal static async Task<string[]> ScrapeAsync(OpenTelemetry.Metrics.MeterProvider provider)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPrometheusScrapingEndpoint("/metrics", provider, configureBranchedPipeline: null, optionsName: null);
        await app.StartAsync();
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri($"{app.Urls.Single()}/metrics"));
        return text.Split('\n');
    }

    /// <summary>The value of the one series of that name with those labels.</summary>
    private static string Value(string[] lines, string name, params string[] labels) =>
        Assert.Single(lines, line => line.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal))).Split("} ")[1].Split(' ')[0];
}
