using System.Globalization;
using System.Threading.Channels;
using Ingester.Storage.Aws;
using Microsoft.Extensions.Logging;

namespace Ingester.Paper.Telemetry;

/// <summary>
/// Sends the metrics of each bar to CloudWatch, in the background: a run never waits for it. Values that cannot be sent are dropped, because those of the next bar are newer.
/// It replaces the package <c>AWSSDK.CloudWatch</c>.
/// </summary>
internal sealed partial class CloudWatchSender : IAsyncDisposable
{
    private const int MaxRetries = 2;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly Channel<(DateTimeOffset Time, IReadOnlyList<MetricValue> Values)> queue =
        Channel.CreateBounded<(DateTimeOffset, IReadOnlyList<MetricValue>)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly CloudWatchTarget target;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly AwsQueryClient client;
    private readonly Task sending;

    /// <summary>Starts to send.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="clock">The clock of the times of values: CloudWatch accepts those of the last two weeks only.</param>
    /// <param name="log">The log.</param>
    public CloudWatchSender(CloudWatchTarget target, TimeProvider clock, ILogger log)
    {
        (this.target, this.clock, this.log) = (target, clock, log);
        client = new(new()
        {
            Name = "monitoring",
            Id = "CloudWatch",
            ApiVersion = "2010-08-01",
            Region = target.Region,
            Url = target.ServiceUrl,
            MaxRetries = MaxRetries,
            Timeout = RequestTimeout,
        });
        sending = Task.Run(SendAsync);
    }

    /// <summary>Adds the values of a bar.</summary>
    public void Add(IReadOnlyList<MetricValue> values) => queue.Writer.TryWrite((clock.GetUtcNow(), values));

    /// <summary>Sends what is still queued.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await sending;
        client.Dispose();
    }

    private async Task SendAsync()
    {
        await foreach (var (time, values) in queue.Reader.ReadAllAsync())
            try
            {
                using var limit = new CancellationTokenSource(RequestTimeout * (MaxRetries + 1), clock);
                await client.SendAsync("PutMetricData", Form(time, values), limit.Token);
            }
            catch (Exception failure) when (failure is AwsServiceException or OperationCanceledException)
            {
                LogFailure(log, failure.Message);
            }
    }

    private Dictionary<string, string> Form(DateTimeOffset time, IReadOnlyList<MetricValue> values)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["Namespace"] = target.Namespace };
        for (var index = 0; index < values.Count; index++)
        {
            var place = $"MetricData.member.{index + 1}";
            form.Add($"{place}.MetricName", values[index].Name);
            form.Add($"{place}.Timestamp", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            form.Add($"{place}.Unit", values[index].Unit);
            form.Add($"{place}.Value", values[index].Value.ToString("R", CultureInfo.InvariantCulture));
            form.Add($"{place}.Dimensions.member.1.Name", "instance");
            form.Add($"{place}.Dimensions.member.1.Value", target.Instance);
        }

        return form;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "CloudWatch did not accept the metrics of a bar: {Reason}")]
    private static partial void LogFailure(ILogger log, string reason);
}
