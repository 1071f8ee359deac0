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
