using System.ComponentModel.DataAnnotations;

namespace Ingester.Telemetry.CloudWatch;

/// <summary>Where and how metrics are sent to CloudWatch (<c>Ingester:Telemetry:CloudWatch</c>). Credentials are those that the AWS SDK finds.</summary>
public sealed class CloudWatchOptions
{
    /// <summary>The namespace of the metrics, such as <c>Ingester</c>; needed.</summary>
    [Required, RegularExpression("^(?!AWS/)[A-Za-z0-9._/#:-]{1,255}$", ErrorMessage = "Namespace: letters, digits and . _ / # : -, not beginning with AWS/.")]
    public string Namespace { get; set; } = "";

    /// <summary>The region; by default the one that the SDK finds (<c>AWS_REGION</c>, profile).</summary>
    public string? Region { get; set; }

    /// <summary>The address of an emulator; AWS itself, or <c>AWS_ENDPOINT_URL</c>, by default.</summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>How often metrics are sent, 20 s by default: an alarm hears of a gap within the minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(20);
}
