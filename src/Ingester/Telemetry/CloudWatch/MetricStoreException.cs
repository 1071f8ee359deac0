namespace Ingester.Telemetry.CloudWatch;

/// <summary>Metric data was rejected or could not be sent; the message has the reason in one sentence.</summary>
internal sealed class MetricStoreException(string message, Exception inner) : Exception(message, inner);
