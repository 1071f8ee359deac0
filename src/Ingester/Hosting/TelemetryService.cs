using Ingester.Core.Telemetry;
using Ingester.Core.Telemetry.CloudWatch;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Ingester.Hosting;

/// <summary>Brings metrics out, by the ways that are configured. It runs beside the recorder, which never waits for it, and ends after it.</summary>
internal sealed partial class TelemetryService : BackgroundService
{
    private readonly ILogger log;
    private readonly string replica;
    private readonly MetricCollector? prometheus;
    private readonly MeterProvider? otlp;
    private readonly CloudWatchClient? client;
    private readonly MetricSender? sender;

    /// <summary>Begins to listen to the recorder's meter.</summary>
    public TelemetryService(Settings settings, RecorderService recorder, ILoggerFactory loggers)
    {
        log = loggers.CreateLogger<TelemetryService>();
        replica = settings.TaskName;
        if (settings.Telemetry.Prometheus)
            prometheus = new(recorder.Meter);
        if (settings.Telemetry.Otlp is { } options)
            otlp = Export(options, replica);
        if (settings.Telemetry.CloudWatch is { } cloudWatch)
        {
            client = new(cloudWatch);
            sender = new(recorder.Meter, client, cloudWatch, replica, TimeProvider.System, new(recorder.Meter, loggers.CreateLogger<TelemetryEvents>()));
        }
    }

    /// <summary>What Prometheus reads; null when it is not wanted.</summary>
    public string? Text() => prometheus is null ? null : PrometheusText.Write(prometheus.Read(), replica);

    /// <inheritdoc/>
    public override void Dispose()
    {
        prometheus?.Dispose();
        otlp?.Dispose();
        sender?.Dispose();
        client?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (sender is not null)
                await sender.RunAsync(stoppingToken);
        }
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
        {
            // The supervising edge of metrics: recording goes on without them, and their absence is an alarm.
            LogTelemetryFailed(log, fault);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Critical, "Metrics are not sent any more because of a fault that nothing handles; recording goes on.")]
    private static partial void LogTelemetryFailed(ILogger log, Exception fault);

    private static MeterProvider Export(OtlpOptions options, string replica) => Sdk.CreateMeterProviderBuilder()
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
