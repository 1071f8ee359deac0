using Amazon.Runtime;
using Ingester.Paper.History;
using Ingester.Storage.Aws;

namespace Ingester.Paper.Models;

/// <summary>A model of SageMaker or Bedrock: the same JSON as <see cref="HttpModel"/>, signed (SigV4) with the credentials that the AWS SDK finds.</summary>
/// <param name="name">Its name.</param>
/// <param name="url">The endpoint.</param>
/// <param name="service">The service of the signature.</param>
/// <param name="region">The region of the signature; null for the one that the SDK finds.</param>
internal sealed class SignedHttpModel(string name, Uri url, SigningService service, string? region) : IPredictor, IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(2); // the limit of GuardedModel is shorter
    private static readonly Dictionary<string, string> NoQuery = [];

    private readonly AwsRestClient client = new(new()
    {
        Name = service == SigningService.Bedrock ? "bedrock" : "sagemaker",
        Id = "Model",
        ApiVersion = "1",
        Region = region ?? FallbackRegionFactory.GetRegionEndpoint()?.SystemName,
        Url = new(url.GetLeftPart(UriPartial.Authority)),
        MaxRetries = 0,
        Timeout = RequestTimeout,
    });

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async ValueTask<ModelAnswer> PredictAsync(Features features, CancellationToken cancellation)
    {
        try
        {
            var body = await client.SendAsync("POST", Uri.UnescapeDataString(url.AbsolutePath), NoQuery, FeatureJson.Write(features), cancellation);
            return body.Length <= HttpModel.MaxResponseBytes ? FeatureJson.Read(body) : throw new ModelException("its response is too large");
        }
        catch (AwsServiceException error)
        {
            throw new ModelException($"its endpoint rejected the request{(error.Status != 0 ? $" ({error.Status})" : "")}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
