using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Ingester.Storage.Aws;

namespace Ingester.Telemetry.CloudWatch;

/// <summary>
/// Sends <c>PutMetricData</c> through the AWS SDK's own pipeline, as <see cref="AwsServiceClient"/> sets it up. It replaces the package <c>AWSSDK.CloudWatch</c>.
/// </summary>
internal sealed class CloudWatchClient : AwsServiceClient, IMetricStore
{
    private const string ServiceName = "monitoring";
    private const string ApiVersion = "2010-08-01";
    private const int MaxRetries = 2;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Creates the client; the first request opens the connection.</summary>
    public CloudWatchClient(CloudWatchOptions options)
        : base(new() { Name = ServiceName, Id = "CloudWatch", ApiVersion = ApiVersion, Region = options.Region, Url = options.ServiceUrl, MaxRetries = MaxRetries, Timeout = RequestTimeout })
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
        catch (Exception error) when (IsFailure(error, cancellation))
        {
            var code = error is AmazonServiceException { ErrorCode.Length: > 0 } refused ? $" ({refused.ErrorCode})" : "";
            throw new MetricStoreException($"CloudWatch rejected the metrics{code}: {error.GetBaseException().Message}", error);
        }
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
}
