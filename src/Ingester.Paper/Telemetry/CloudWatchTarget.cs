using System.ComponentModel.DataAnnotations;

namespace Ingester.Paper.Telemetry;

/// <summary>Where a live run sends its metrics (<c>Paper:CloudWatch</c>). Credentials are those that the AWS SDK finds.</summary>
internal sealed class CloudWatchTarget
{
    /// <summary>The namespace of the metrics, such as <c>Ingester</c>. Default: none, nothing is sent.</summary>
    [RegularExpression("^(?!AWS/)[A-Za-z0-9._/#:-]{0,255}$", ErrorMessage = "Namespace: use letters, digits and . _ / # : -, and do not begin with AWS/.")]
    public string Namespace { get; set; } = "";

    /// <summary>The value of the dimension <c>instance</c>. Default <c>paper</c>: the dashboards keep their graphs when a run follows another.</summary>
    [Required, RegularExpression("^[ -~]{1,255}$", ErrorMessage = "Instance: use 1 to 255 visible ASCII characters.")]
    public string Instance { get; set; } = "paper";

    /// <summary>The region. Default: the one that the AWS SDK finds (<c>AWS_REGION</c>, profile).</summary>
    public string? Region { get; set; }

    /// <summary>The URL of an emulator. Default: AWS, or <c>AWS_ENDPOINT_URL</c>.</summary>
    public Uri? ServiceUrl { get; set; }
}
