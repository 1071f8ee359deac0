using Ingester.Paper.Alerts;

namespace Ingester.Paper.Hosting;

/// <summary>
/// Creates everything that sends requests, besides the store: one HTTP client for the recorder's live stream, models and webhooks, and the client of SNS. No other place of
/// the program opens a connection, and redirects are not followed: the addresses are those of the settings.
/// </summary>
internal static class Outgoing
{
    /// <summary>The HTTP client.</summary>
    public static HttpClient CreateClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The targets of alerts.</summary>
    public static IReadOnlyList<INotifier> CreateNotifiers(AlertOptions options, HttpClient http)
    {
        var targets = new List<INotifier>();
        if (options.Webhook is { } webhook)
            targets.Add(new WebhookNotifier(http, webhook));
        if (options.Topic.Length > 0)
            targets.Add(new TopicNotifier(options.Topic, options.TopicServiceUrl));
        return targets;
    }
}
