using Ingester.Storage.Aws;

namespace Ingester.Paper.Alerts;

/// <summary>Publishes alerts to an SNS topic. It replaces the package <c>AWSSDK.SimpleNotificationService</c>.</summary>
/// <param name="topic">The ARN of the topic; its region is that of the requests.</param>
/// <param name="serviceUrl">The URL of an emulator; null for AWS.</param>
internal sealed class TopicNotifier(string topic, Uri? serviceUrl) : INotifier, IDisposable
{
    private const int MaxRetries = 2;
    private const int MaxSubjectLength = 100;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly AwsQueryClient client = new(new()
    {
        Name = "sns",
        Id = "SNS",
        ApiVersion = "2010-03-31",
        Region = topic.Split(':')[3],
        Url = serviceUrl,
        MaxRetries = MaxRetries,
        Timeout = RequestTimeout,
    });

    /// <inheritdoc/>
    public async Task SendAsync(Alert alert, CancellationToken cancellation)
    {
        var subject = $"ingester-paper {alert.Kind}: {alert.Run}";
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TopicArn"] = topic,
            ["Subject"] = subject.Length <= MaxSubjectLength ? subject : subject[..MaxSubjectLength],
            ["Message"] = alert.Text,
        };
        try
        {
            await client.SendAsync("Publish", form, cancellation);
        }
        catch (AwsServiceException error)
        {
            throw new AlertException($"SNS rejected the alert: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
