using System.ComponentModel.DataAnnotations;

namespace Ingester.Telemetry;

/// <summary>Settings of the OTLP exporter (<c>Ingester:Telemetry:Otlp</c>).</summary>
public sealed class OtlpOptions : IValidatableObject
{
    /// <summary>The URI of the collector, such as <c>http://127.0.0.1:4317</c>. Required.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary><c>grpc</c> or <c>http</c>. Default grpc. With http, the URI must include the path <c>/v1/metrics</c>.</summary>
    [RegularExpression("^(grpc|http)$", ErrorMessage = "Protocol: grpc or http.")]
    public string Protocol { get; set; } = "grpc";

    /// <summary>Interval between two exports. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return new("Endpoint: must be a URI that begins with http:// or https://.", [nameof(Endpoint)]);
    }
}
