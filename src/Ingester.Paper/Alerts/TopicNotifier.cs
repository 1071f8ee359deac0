using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;
using Endpoint = Amazon.Runtime.Endpoints.Endpoint;

namespace Ingester.Paper.Alerts;

/// <summary>
/// Publishes alerts to an SNS topic through the AWS SDK's own pipeline, which provides credentials (including the task role), signature and retries. It replaces the
/// package <c>AWSSDK.SimpleNotificationService</c>.
/// </summary>
internal sealed class TopicNotifier : AmazonServiceClient, INotifier
{
    private const string ServiceName = "sns";
    private const string ApiVersion = "2010-03-31";
    private const int MaxSubjectLength = 100;

    private readonly string topic;

    /// <summary>Creates the notifier; the first alert opens the connection.</summary>
    /// <param name="topic">The ARN of the topic; its region is that of the requests.</param>
    /// <param name="serviceUrl">The URL of an emulator; null for AWS.</param>
    public TopicNotifier(string topic, Uri? serviceUrl)
        : base(Configuration.From(topic, serviceUrl)) => this.topic = topic;

    /// <inheritdoc/>
    public async Task SendAsync(Alert alert, CancellationToken cancellation)
    {
        var options = new InvokeOptions { RequestMarshaller = new Marshaller(), ResponseUnmarshaller = new Unmarshaller() };
        try
        {
            await InvokeAsync<AmazonWebServiceResponse>(new Publish(topic, alert), options, cancellation);
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or IOException)
        {
            throw new AlertException($"SNS rejected the alert: {error.GetBaseException().Message}", error);
        }
    }

    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Amazon.Runtime.Internal.Marshaller>(new Endpoints());
        pipeline.AddHandlerAfter<Amazon.Runtime.Internal.Marshaller>(new Authentication());
    }

    private sealed class Publish(string topic, Alert alert) : AmazonWebServiceRequest
    {
        public string Topic => topic;

        public Alert Alert => alert;
    }

    private sealed class Marshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var publish = (Publish)input;
            var request = new DefaultRequest(publish, ServiceName) { ResourcePath = "/" };
            var subject = $"ingester-paper {publish.Alert.Kind}: {publish.Alert.Run}";
            request.Parameters.Add("Action", nameof(Publish));
            request.Parameters.Add("Version", ApiVersion);
            request.Parameters.Add("TopicArn", publish.Topic);
            request.Parameters.Add("Subject", subject.Length <= MaxSubjectLength ? subject : subject[..MaxSubjectLength]);
            request.Parameters.Add("Message", publish.Alert.Text);
            return request;
        }
    }

    /// <summary>The message id of a success response is not used; an error response has the reason.</summary>
    private sealed class Unmarshaller : XmlResponseUnmarshaller
    {
        public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input) => new();

        public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
        {
            var error = XmlErrorResponseUnmarshaller.GetInstance().Unmarshall(input);
            return new(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
        }
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
        private Configuration()
            : base(new DefaultConfigurationProvider([new DefaultConfiguration { Name = DefaultConfigurationMode.Standard, RetryMode = RequestRetryMode.Standard }]))
        {
            ServiceId = "SNS";
            AuthenticationServiceName = ServiceName;
            EndpointProvider = this;
        }

        public override string ServiceVersion => ApiVersion;

        public override string UserAgent { get; } = "ingester-paper";

        public override string RegionEndpointServiceName => ServiceName;

        public static Configuration From(string topic, Uri? serviceUrl)
        {
            var region = topic.Split(':')[3];
            var configuration = new Configuration { MaxErrorRetry = 2, Timeout = TimeSpan.FromSeconds(10) };
            if (serviceUrl is not null)
                (configuration.ServiceURL, configuration.AuthenticationRegion) = (serviceUrl.ToString(), region);
            else
                configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
            return configuration;
        }

        public Endpoint ResolveEndpoint(EndpointParameters parameters) => new(ServiceURL is { Length: > 0 } url
            ? url
            : $"https://{ServiceName}.{RegionEndpoint.SystemName}.{RegionEndpoint.PartitionDnsSuffix}/");

        public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => ResolveEndpoint(new());
    }
}
