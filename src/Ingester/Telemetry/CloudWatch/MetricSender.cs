using Ingester.Core.Telemetry;

namespace Ingester.Telemetry.CloudWatch;

/// <summary>
/// Sends what a meter says to CloudWatch, every interval, in batches. It never waits for anybody and nobody waits for it: what cannot be sent is
/// kept for later intervals, up to a bound, and counted when it is dropped.
/// </summary>
internal sealed class MetricSender(IngesterMeter meter, IMetricStore store, CloudWatchOptions options, string replica, TimeProvider clock, TelemetryEvents events)
    : IDisposable
{
    /// <summary>How many requests may wait: with one per interval, twenty minutes by default. The oldest gives way: newer numbers say more.</summary>
    public const int MostWaiting = 60;

    private readonly MetricCollector collector = new(meter);
    private readonly Queue<IReadOnlyList<MetricDatum>> waiting = new();

    /// <summary>Sends until it is told to stop, and then once more.</summary>
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
                events.Lost(waiting.Sum(batch => batch.Count));
            }
        }
    }

    /// <summary>Takes what the meter says and sends it, and what is left of earlier times before it.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        foreach (var batch in MetricDatum.Of(collector.Take(), replica, clock.GetUtcNow()).Chunk(MetricDatum.MostPerRequest))
            waiting.Enqueue(batch);
        while (waiting.Count > MostWaiting)
            events.Lost(waiting.Dequeue().Count);
        try
        {
            while (waiting.TryPeek(out var batch))
            {
                await store.PutAsync(options.Namespace, batch, cancellation);
                waiting.Dequeue();
                events.Sent();
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            events.Failed(failure.Message); // whatever it is, also a mistake in this program: metrics are no reason to stop recording
        }
    }

    /// <inheritdoc/>
    public void Dispose() => collector.Dispose();
}
