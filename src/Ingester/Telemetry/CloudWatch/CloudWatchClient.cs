using System.Globalization;
using Ingester.Storage.Aws;

namespace Ingester.Telemetry.CloudWatch;

/// <summary>Sends <c>PutMetricData</c>. It replaces the package <c>AWSSDK.CloudWatch</c>.</summary>
/// <param name="options">The region and the address.</param>
internal sealed class CloudWatchClient(CloudWatchOptions options) : IMetricStore, IDisposable
{
    private const int MaxRetries = 2;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly AwsQueryClient client = new(new()
    {
        Name = "monitoring",
        Id = "CloudWatch",
        ApiVersion = "2010-08-01",
        Region = options.Region,
        Url = options.ServiceUrl,
        MaxRetries = MaxRetries,
        Timeout = RequestTimeout,
    });

    /// <inheritdoc/>
    public async Task PutAsync(string metricNamespace, IReadOnlyList<MetricDatum> data, CancellationToken cancellation)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["Namespace"] = metricNamespace };
        for (var i = 0; i < data.Count; i++)
            Add(form, $"MetricData.member.{i + 1}", data[i]);
        try
        {
            await client.SendAsync("PutMetricData", form, cancellation);
        }
        catch (AwsServiceException error)
        {
            throw new MetricStoreException($"CloudWatch rejected the metrics{(error.Code.Length > 0 ? $" ({error.Code})" : "")}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Adds a metric with numbered names.</summary>
    private static void Add(Dictionary<string, string> form, string place, MetricDatum datum)
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
