using Ingester.Telemetry.CloudWatch;
using Microsoft.Extensions.Options;

namespace Ingester.Telemetry;

/// <summary>The exporters of metrics (<c>Ingester:Telemetry</c>); any number of them can be active.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Whether <c>/metrics</c> is served for Prometheus on the status page. Default true.</summary>
    public bool Prometheus { get; set; } = true;

    /// <summary>The OTLP exporter. Default: none.</summary>
    [ValidateObjectMembers]
    public OtlpOptions? Otlp { get; set; }

    /// <summary>The CloudWatch exporter. Default: none.</summary>
    [ValidateObjectMembers]
    public CloudWatchOptions? CloudWatch { get; set; }
}
