using System.ComponentModel.DataAnnotations;

namespace Ingester.Telemetry.CloudWatch;

/// <summary>Settings of the CloudWatch exporter (<c>Ingester:Telemetry:CloudWatch</c>). Credentials are those that the AWS SDK finds.</summary>
public sealed class CloudWatchOptions
{
    /// <summary>The namespace of the metrics, such as <c>Ingester</c>. Required.</summary>
    [Required, RegularExpression("^(?!AWS/)[A-Za-z0-9._/#:-]{1,255}$", ErrorMessage = "Namespace: use letters, digits and . _ / # : -, and do not begin with AWS/.")]
    public string Namespace { get; set; } = "";

    /// <summary>The region. Default: the one that the SDK finds (<c>AWS_REGION</c>, profile).</summary>
    public string? Region { get; set; }

    /// <summary>The URL of an emulator. Default: AWS, or <c>AWS_ENDPOINT_URL</c>.</summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>Interval between two requests. Default 20 s: an alarm detects a gap within a minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(20);
}
