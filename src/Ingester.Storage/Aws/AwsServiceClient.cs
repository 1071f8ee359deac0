using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;

namespace Ingester.Storage.Aws;

/// <summary>
/// A client of a service that has no package here, on the AWS SDK's own pipeline: it provides credentials (including the task role), region, <c>AWS_ENDPOINT_URL</c>,
/// signature and typed errors. This folder holds everything that depends on internal types of the SDK.
/// </summary>
internal abstract class AwsServiceClient(AwsService service) : AmazonServiceClient(new AwsServiceConfiguration(service))
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new Endpoints());
        pipeline.AddHandlerAfter<Marshaller>(new Authentication());
    }

    /// <summary>Sends a request through the pipeline.</summary>
    /// <exception cref="AwsServiceException">The service refused the request, or it failed.</exception>
    protected async Task<T> SendAsync<T>(
        AmazonWebServiceRequest request, IMarshaller<IRequest, AmazonWebServiceRequest> marshaller, ResponseUnmarshaller unmarshaller, CancellationToken cancellation)
        where T : AmazonWebServiceResponse, new()
    {
        try
        {
            return await InvokeAsync<T>(request, new InvokeOptions { RequestMarshaller = marshaller, ResponseUnmarshaller = unmarshaller }, cancellation);
        }
        catch (Exception error) when (IsFailure(error, cancellation))
        {
            throw error is AmazonServiceException refused
                ? new(refused.Message, (int)refused.StatusCode, refused.ErrorCode ?? "", refused)
                : new AwsServiceException(error.GetBaseException().Message, 0, "", error);
        }
    }

    /// <summary>True for an exception that means that a request failed, and not that the caller cancelled it.</summary>
    private static bool IsFailure(Exception error, CancellationToken cancellation) =>
        error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException
        || error is OperationCanceledException && !cancellation.IsCancellationRequested;

    private sealed class Authentication : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class Endpoints : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }
}
