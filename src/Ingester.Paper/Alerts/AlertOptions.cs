using System.ComponentModel.DataAnnotations;

namespace Ingester.Paper.Alerts;

/// <summary>Where alerts are sent, in addition to the log and the journal (<c>Paper:Alerts</c>).</summary>
internal sealed class AlertOptions : IValidatableObject
{
    /// <summary>An address that receives a POST with JSON for each alert. Default: none.</summary>
    public Uri? Webhook { get; set; }

    /// <summary>The ARN of an SNS topic. Default: none.</summary>
    [RegularExpression("^(arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256})?$", ErrorMessage = "Topic: must be the ARN of an SNS topic.")]
    public string Topic { get; set; } = "";

    /// <summary>The URL of an emulator of SNS. Default: AWS, or <c>AWS_ENDPOINT_URL</c>.</summary>
    public Uri? TopicServiceUrl { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Webhook is not null && Webhook is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return new("Webhook: must be a URL that begins with http:// or https://.", [nameof(Webhook)]);
    }
}
