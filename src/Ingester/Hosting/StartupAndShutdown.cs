using Ingester.Configuration;
using Ingester.Live;
using Ingester.Telemetry;

namespace Ingester.Hosting;

/// <summary>
/// The order in which the process starts and stops. At the start: the status page, then the export of metrics, then recording. At a stop: recording ends and
/// stores (<see cref="RecorderService"/>), then the live stream ends, then the last metrics, which include the stop, are exported, and the page stops last.
/// </summary>
internal sealed class StartupAndShutdown(RecorderService recorder, TelemetryService telemetry, Settings settings) : IHostedLifecycleService, IDisposable
{
    /// <summary>Time for a stop in addition to storing: closing connections and exporting the last metrics.</summary>
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);

    /// <summary>Maximum duration of status page requests after recording has stopped.</summary>
    private static readonly TimeSpan PageStopTimeout = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource pageStopLimit = new();

    /// <summary>The live stream; null when it is not enabled.</summary>
    public LiveService? Live { get; init; }

    /// <summary>Canceled when requests to the status page that are still open are aborted.</summary>
    public CancellationToken PageStopLimit => pageStopLimit.Token;

    /// <inheritdoc/>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await telemetry.StartAsync(CancellationToken.None);
        Live?.Start();
        await recorder.StartAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(settings.StopTimeout + StopMargin);
        await recorder.StopAsync(limit.Token);
        if (Live is not null)
            await Live.StopAsync();
        await telemetry.StopAsync(limit.Token);
        pageStopLimit.CancelAfter(PageStopTimeout);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => pageStopLimit.Dispose();
}
