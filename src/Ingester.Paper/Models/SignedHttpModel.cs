using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;
using Ingester.Paper.History;
using Endpoint = Amazon.Runtime.Endpoints.Endpoint;

namespace Ingester.Paper.Models;

/// <summary>
/// A model of SageMaker or Bedrock: the same JSON as <see cref="HttpModel"/>, sent through the AWS SDK's own pipeline, which provides credentials (including the task role)
/// and the signature (SigV4).
/// </summary>
internal sealed class SignedHttpModel : AmazonServiceClient, IPredictor
{
    private readonly Uri url;

    /// <summary>Creates the model; the first prediction opens the connection.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="url">The endpoint.</param>
    /// <param name="service">The service of the signature.</param>
    /// <param name="region">The region of the signature; null for the one that the SDK finds.</param>
    public SignedHttpModel(string name, Uri url, SigningService service, string? region)
        : base(Configuration.From(url, service, region))
    {
        Name = name;
        this.url = url;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async ValueTask<ModelAnswer> PredictAsync(Features features, CancellationToken cancellation)
    {
        var options = new InvokeOptions { RequestMarshaller = new Marshaller(), ResponseUnmarshaller = new Unmarshaller() };
        try
        {
            return FeatureJson.Read((await InvokeAsync<Response>(new Request(url, FeatureJson.Write(features)), options, cancellation)).Body);
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            var status = error is AmazonServiceException { StatusCode: not 0 } refused ? $" ({(int)refused.StatusCode})" : "";
            throw new ModelException($"its endpoint rejected the request{status}: {error.GetBaseException().Message}", error);
        }
    }

    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Amazon.Runtime.Internal.Marshaller>(new Endpoints());
        pipeline.AddHandlerAfter<Amazon.Runtime.Internal.Marshaller>(new Authentication());
    }

    private sealed class Request(Uri url, byte[] body) : AmazonWebServiceRequest
    {
        public Uri Url => url;

        public byte[] Body => body;
    }

    private sealed class Response : AmazonWebServiceResponse
    {
        public byte[] Body { get; init; } = [];
    }

    private sealed class Marshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var post = (Request)input;
            var request = new DefaultRequest(post, "model") { HttpMethod = "POST", ResourcePath = Uri.UnescapeDataString(post.Url.AbsolutePath), Content = post.Body };
            request.Headers["Content-Type"] = "application/json";
            request.Headers["Accept"] = "application/json";
            return request;
        }
    }

    private sealed class Unmarshaller : JsonResponseUnmarshaller
    {
        public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
        {
            using var body = new MemoryStream();
            input.Stream.CopyTo(body);
            return body.Length <= HttpModel.MaxResponseBytes ? new Response { Body = body.ToArray() } : throw new AmazonClientException("the response is too large");
        }

        public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode) =>
            new($"the status is {(int)statusCode}", innerException, statusCode);
    }

    private sealed class Authentication : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class Endpoints : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }

    private sealed class Configuration : ClientConfig, IEndpointProvider
    {
        private Configuration(string service)
            : base(new DefaultConfigurationProvider([new DefaultConfiguration { Name = DefaultConfigurationMode.Standard, RetryMode = RequestRetryMode.Standard }]))
        {
            ServiceId = "Model";
            AuthenticationServiceName = service;
            EndpointProvider = this;
        }

        public override string ServiceVersion => "1";

        public override string UserAgent { get; } = "ingester-paper";

        public override string RegionEndpointServiceName => AuthenticationServiceName;

        public static Configuration From(Uri url, SigningService service, string? region)
        {
            var configuration = new Configuration(service == SigningService.Bedrock ? "bedrock" : "sagemaker") { MaxErrorRetry = 0, ServiceURL = url.GetLeftPart(UriPartial.Authority) };
            if ((region ?? FallbackRegionFactory.GetRegionEndpoint()?.SystemName) is { } name)
                configuration.AuthenticationRegion = name;
            return configuration;
        }

        public Endpoint ResolveEndpoint(EndpointParameters parameters) => new(ServiceURL);

        public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => ResolveEndpoint(new());
    }
}
