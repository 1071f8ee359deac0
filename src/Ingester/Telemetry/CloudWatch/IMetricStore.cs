namespace Ingester.Telemetry.CloudWatch;

/// <summary>Takes metric data. One request is one call; whoever replaces the client behind it (with <c>AWSSDK.CloudWatch</c>, say) replaces only this.</summary>
internal interface IMetricStore
{
    /// <summary>Stores data of one namespace.</summary>
    /// <exception cref="MetricStoreException">They were not taken.</exception>
    Task PutAsync(string metricNamespace, IReadOnlyList<MetricDatum> data, CancellationToken cancellation);
}

/// <summary>Metric data were not taken; the message says why in one sentence.</summary>
internal sealed class MetricStoreException(string message, Exception inner) : Exception(message, inner);
