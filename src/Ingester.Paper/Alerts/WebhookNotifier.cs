using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingester.Paper.Alerts;

/// <summary>Posts alerts as JSON: <c>{"run":…,"ts":…,"kind":…,"text":…}</c>.</summary>
/// <param name="http">The client; redirects must be off.</param>
/// <param name="url">The address.</param>
internal sealed partial class WebhookNotifier(HttpClient http, Uri url) : INotifier
{
    /// <inheritdoc/>
    public async Task SendAsync(Alert alert, CancellationToken cancellation)
    {
        using var response = await http.PostAsJsonAsync(url, new Body(alert.Run, alert.Micros, alert.Kind, alert.Text), BodyJson.Default.Body, cancellation);
        if (!response.IsSuccessStatusCode)
            throw new AlertException($"The webhook answered with the status {(int)response.StatusCode}.");
    }

    private sealed record Body(string Run, long Ts, string Kind, string Text);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Body))]
    private sealed partial class BodyJson : JsonSerializerContext;
}
