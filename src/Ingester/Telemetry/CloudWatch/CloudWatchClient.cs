using System.Globalization;
using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;
using Endpoint = Amazon.Runtime.Endpoints.Endpoint;

namespace Ingester.Telemetry.CloudWatch;

/// <summary>
/// Sends <c>PutMetricData</c> through the AWS SDK's own pipeline, which provides credentials (including the task role), region,
/// <c>AWS_ENDPOINT_URL</c>, signature, retries and typed errors. It replaces the package <c>AWSSDK.CloudWatch</c>.
/// </summary>
internal sealed class CloudWatchClient : AmazonServiceClient, IMetricStore
{
    private const string ServiceName = "monitoring";
    private const string ApiVersion = "2010-08-01";

    /// <summary>Creates the client; the first request opens the connection.</summary>
    public CloudWatchClient(CloudWatchOptions options)
        : base(Configuration.From(options))
    {
    }

    /// <inheritdoc/>
    public async Task PutAsync(string metricNamespace, IReadOnlyList<MetricDatum> data, CancellationToken cancellation)
    {
        var options = new InvokeOptions { RequestMarshaller = new Marshaller(), ResponseUnmarshaller = new Unmarshaller() };
        try
        {
            await InvokeAsync<AmazonWebServiceResponse>(new PutMetricData(metricNamespace, data), options, cancellation);
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException
            || error is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            var code = error is AmazonServiceException { ErrorCode.Length: > 0 } refused ? $" ({refused.ErrorCode})" : "";
            throw new MetricStoreException($"CloudWatch rejected the metrics{code}: {error.GetBaseException().Message}", error);
        }
    }

    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Amazon.Runtime.Internal.Marshaller>(new Endpoints());
        pipeline.AddHandlerAfter<Amazon.Runtime.Internal.Marshaller>(new Authentication());
    }

    private sealed class PutMetricData(string metricNamespace, IReadOnlyList<MetricDatum> data) : AmazonWebServiceRequest
    {
        public string Namespace => metricNamespace;

        public IReadOnlyList<MetricDatum> Data => data;
    }

    /// <summary>The AWS query protocol: a form with numbered names.</summary>
    private sealed class Marshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var put = (PutMetricData)input;
            var request = new DefaultRequest(put, ServiceName) { ResourcePath = "/" };
            request.Parameters.Add("Action", nameof(PutMetricData));
            request.Parameters.Add("Version", ApiVersion);
            request.Parameters.Add("Namespace", put.Namespace);
            for (var i = 0; i < put.Data.Count; i++)
                Add(request.Parameters, $"MetricData.member.{i + 1}", put.Data[i]);
            return request;
        }

        private static void Add(IDictionary<string, string> form, string place, MetricDatum datum)
        {
            form.Add($"{place}.MetricName", datum.Name);
            form.Add($"{place}.Timestamp", datum.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            form.Add($"{place}.Unit", datum.Unit);
            for (var i = 0; i < datum.Dimensions.Count; i++)
            {
                form.Add($"{place}.Dimensions.member.{i + 1}.Name", datum.Dimensions[i].Name);
                form.Add($"{place}.Dimensions.member.{i + 1}.Value", datum.Dimensions[i].Value);
            }

            form.Add($"{place}.StatisticValues.SampleCount", Number(datum.Value.Count));
            form.Add($"{place}.StatisticValues.Sum", Number(datum.Value.Sum));
            form.Add($"{place}.StatisticValues.Minimum", Number(datum.Value.Minimum));
            form.Add($"{place}.StatisticValues.Maximum", Number(datum.Value.Maximum));
        }

        private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>A success response has no content; an error response has the reason.</summary>
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
            ServiceId = "CloudWatch";
            AuthenticationServiceName = ServiceName;
            EndpointProvider = this;
        }

        public override string ServiceVersion => ApiVersion;

        public override string UserAgent { get; } = "ingester";

        public override string RegionEndpointServiceName => ServiceName;

        public static Configuration From(CloudWatchOptions options)
        {
            var configuration = new Configuration { MaxErrorRetry = 2, Timeout = TimeSpan.FromSeconds(10) };
            if (options.ServiceUrl is { } url)
            {
                configuration.ServiceURL = url.ToString();
                configuration.AuthenticationRegion = options.Region;
            }
            else if (options.Region is { } region)
            {
                configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
            }

            return configuration;
        }

        public Endpoint ResolveEndpoint(EndpointParameters parameters) => new(ServiceURL is { Length: > 0 } url
            ? url
            : $"https://{ServiceName}.{RegionEndpoint.SystemName}.{RegionEndpoint.PartitionDnsSuffix}/");

        public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => ResolveEndpoint(new());
    }
}
