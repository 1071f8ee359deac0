using Ingester.Core.Telemetry;
using Ingester.Telemetry.CloudWatch;
using Ingester.Telemetry.Series;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Ingester.Telemetry;

/// <summary>Exports metrics by the configured exporters. The recorder never waits for it, and it stops after the recorder.</summary>
internal sealed partial class TelemetryService : BackgroundService
{
    private const string ReplicaLabel = "replica";

    private static readonly double[] LatencyBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]; // seconds, from a fast store to a timeout

    private readonly ILogger log;
    private readonly MeterProvider? prometheus;
    private readonly MeterProvider? otlp;
    private readonly CloudWatchClient? client;
    private readonly CloudWatchExporter? exporter;

    /// <summary>Subscribes to the recorder's meter.</summary>
    public TelemetryService(TelemetryOptions options, string replica, IngesterMeter meter, ILoggerFactory loggers)
    {
        log = loggers.CreateLogger<TelemetryService>();
        if (options.Prometheus)
            prometheus = CreatePrometheusProvider(replica);
        if (options.Otlp is { } collector)
            otlp = CreateOtlpProvider(collector, replica);
        if (options.CloudWatch is { } cloudWatch)
        {
            client = new(cloudWatch);
            exporter = new(meter, client, cloudWatch, replica, TimeProvider.System, new(meter, loggers.CreateLogger<TelemetryEvents>()));
        }
    }

    /// <summary>Maps the Prometheus endpoint, if it is enabled.</summary>
    public void MapPrometheus(IEndpointRouteBuilder pages, string path)
    {
        if (prometheus is not null)
            pages.MapPrometheusScrapingEndpoint(path, prometheus, configureBranchedPipeline: null, optionsName: null);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        prometheus?.Dispose();
        otlp?.Dispose();
        exporter?.Dispose();
        client?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (exporter is not null)
                await exporter.RunAsync(stoppingToken);
        }
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
        {
            // Top level of the exporters: recording continues without them, and missing metrics raise an alarm.
            LogTelemetryFailed(log, fault);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Critical, "The export of metrics ended because of an unhandled exception; recording continues.")]
    private static partial void LogTelemetryFailed(ILogger log, Exception fault);

    /// <summary>Exports metrics to Prometheus; each series has the label <c>replica</c>.</summary>
    internal static MeterProvider CreatePrometheusProvider(string replica) => Sdk.CreateMeterProviderBuilder()
        .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes([KeyValuePair.Create(ReplicaLabel, (object)replica)]))
        .AddMeter(IngesterMeter.Name)
        .AddView("ingester.store.latency", new ExplicitBucketHistogramConfiguration { Boundaries = LatencyBounds })
        .AddPrometheusExporter(exporter =>
        {
            exporter.ResourceConstantLabels = label => label == ReplicaLabel;
            exporter.ScopeInfoEnabled = false;
            exporter.TargetInfoEnabled = false;
            exporter.ScrapeResponseCacheDurationMilliseconds = 0;
        })
        .Build();

    private static MeterProvider CreateOtlpProvider(OtlpOptions options, string replica) => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.AddService("ingester", serviceInstanceId: replica))
        .AddMeter(IngesterMeter.Name)
        .AddOtlpExporter((exporter, reader) =>
        {
            exporter.Endpoint = options.Endpoint!;
            exporter.Protocol = options.Protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Interval.TotalMilliseconds;
        })
        .Build();
}
