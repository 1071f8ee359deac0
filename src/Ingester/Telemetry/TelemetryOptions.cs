using System.ComponentModel.DataAnnotations;
using Ingester.Telemetry.CloudWatch;
using Microsoft.Extensions.Options;

namespace Ingester.Telemetry;

/// <summary>The ways out for metrics (<c>Ingester:Telemetry</c>); any number of them at once.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Serves <c>/metrics</c> on the status page for Prometheus; true by default.</summary>
    public bool Prometheus { get; set; } = true;

    /// <summary>Sends metrics by OTLP; none by default.</summary>
    [ValidateObjectMembers]
    public OtlpOptions? Otlp { get; set; }

    /// <summary>Sends metrics to CloudWatch; none by default.</summary>
    [ValidateObjectMembers]
    public CloudWatchOptions? CloudWatch { get; set; }
}

/// <summary>Where metrics go by OTLP (<c>Ingester:Telemetry:Otlp</c>).</summary>
public sealed class OtlpOptions : IValidatableObject
{
    /// <summary>The collector's address, such as <c>http://127.0.0.1:4317</c>; needed.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary><c>grpc</c> or <c>http</c>; grpc by default. With http the path <c>/v1/metrics</c> belongs to the address.</summary>
    [RegularExpression("^(grpc|http)$", ErrorMessage = "Protocol: grpc or http.")]
    public string Protocol { get; set; } = "grpc";

    /// <summary>How often metrics are sent, 20 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return new("Endpoint: an address that begins with http:// or https:// is needed.", [nameof(Endpoint)]);
    }
}

/// <summary>Holds <see cref="TelemetryOptions"/> to their limits.</summary>
[OptionsValidator]
public sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
