namespace Ingester.Telemetry.CloudWatch;

/// <summary>
/// Receives metric data; one call is one request. It is the only seam to a client, so that the client can be replaced (for example by
/// <c>AWSSDK.CloudWatch</c>).
/// </summary>
internal interface IMetricStore
{
    /// <summary>Stores data of one namespace.</summary>
    /// <exception cref="MetricStoreException">The data was rejected or the request failed.</exception>
    Task PutAsync(string metricNamespace, IReadOnlyList<MetricDatum> data, CancellationToken cancellation);
}

/// <summary>Metric data was rejected or could not be sent; the message has the reason in one sentence.</summary>
internal sealed class MetricStoreException(string message, Exception inner) : Exception(message, inner);
