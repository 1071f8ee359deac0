using System.Net.Http.Headers;
using Ingester.Paper.History;

namespace Ingester.Paper.Models;

/// <summary>A model behind an HTTP endpoint: one POST with JSON for each prediction. Time limits are those of <see cref="GuardedModel"/>.</summary>
/// <param name="name">Its name.</param>
/// <param name="http">The client; redirects must be off.</param>
/// <param name="url">The endpoint.</param>
internal sealed class HttpModel(string name, HttpClient http, Uri url) : IPredictor
{
    /// <summary>The largest response that is read, in bytes.</summary>
    public const int MaxResponseBytes = 64 << 10;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async ValueTask<ModelAnswer> PredictAsync(Features features, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(FeatureJson.Write(features));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await http.PostAsync(url, content, cancellation);
            return response.IsSuccessStatusCode
                ? FeatureJson.Read(await response.Content.ReadAsByteArrayAsync(cancellation))
                : throw new ModelException($"it answered with the status {(int)response.StatusCode}");
        }
        catch (HttpRequestException failure)
        {
            throw new ModelException($"it cannot be reached: {failure.Message}", failure);
        }
    }
}
