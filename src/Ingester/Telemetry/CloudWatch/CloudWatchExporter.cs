using Ingester.Core.Telemetry;
using Ingester.Telemetry.Series;

namespace Ingester.Telemetry.CloudWatch;

/// <summary>
/// Sends the values of a meter to CloudWatch at every interval, in batches. It never blocks recording. Data that cannot be sent is queued for later
/// intervals, up to a limit; beyond it the oldest data is dropped and counted.
/// </summary>
internal sealed class CloudWatchExporter(IngesterMeter meter, IMetricStore store, CloudWatchOptions options, string replica, TimeProvider clock, TelemetryEvents events)
    : IDisposable
{
    /// <summary>
    /// Maximum number of queued requests. With one request per interval this is twenty minutes by default. The oldest request is dropped first
    /// because newer values are more useful.
    /// </summary>
    public const int MaxQueuedRequests = 60;

    private readonly MetricCollector collector = new(meter);
    private readonly Queue<IReadOnlyList<MetricDatum>> queued = new();

    /// <summary>Sends until it is cancelled, and then once more.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                await SendAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            using var last = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
            try
            {
                await SendAsync(last.Token);
            }
            catch (OperationCanceledException)
            {
                events.DataDropped(queued.Sum(batch => batch.Count));
            }
        }
    }

    /// <summary>Collects the meter's values and sends them, after the data that is still queued.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        foreach (var batch in MetricDatum.Summarize(collector.Collect(), replica, clock.GetUtcNow()).Chunk(MetricDatum.MaxPerRequest))
            queued.Enqueue(batch);
        while (queued.Count > MaxQueuedRequests)
            events.DataDropped(queued.Dequeue().Count);
        try
        {
            while (queued.TryPeek(out var batch))
            {
                await store.PutAsync(options.Namespace, batch, cancellation);
                queued.Dequeue();
                events.DeliverySucceeded();
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            events.DeliveryFailed(failure.Message); // any exception, including a bug: metrics must not stop recording
        }
    }

    /// <inheritdoc/>
    public void Dispose() => collector.Dispose();
}
