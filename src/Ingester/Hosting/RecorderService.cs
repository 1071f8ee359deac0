using Ingester.Configuration;
using Ingester.Recording.Planning;
using Ingester.Status;
using Ingester.Storage.Uploads;

namespace Ingester.Hosting;

/// <summary>
/// Runs one replica: a supervisor per exchange, and the shared parts: the segment writer and the loop that closes windows. A failure in one exchange
/// restarts only that exchange (<see cref="ExchangeSupervisor"/>); a failure in a shared part ends the process. A stop seals and stores everything
/// that can be stored within the timeout.
/// </summary>
internal sealed partial class RecorderService(
    Settings settings,
    SegmentWriter writer,
    IReadOnlyList<ExchangeSupervisor> exchanges,
    WindowCloser windowCloser,
    WindowLengthMonitor windowLengths,
    RecorderState state,
    IHostApplicationLifetime lifetime,
    ILogger<RecorderService> log) : BackgroundService
{
    /// <summary>The state of the recorder.</summary>
    public RecorderState State => state;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RecordAsync(stoppingToken);
        }
        catch (Exception fault)
        {
            // Top level of recording: logs the exception before it ends the process.
            LogRecordingFailed(log, fault);
            throw;
        }
    }

    private async Task RecordAsync(CancellationToken stoppingToken)
    {
        state.RecordTick();
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping); // stops with the host, not after the status page, which may wait for a request
        using var abandon = new CancellationTokenSource();
        var writing = writer.RunAsync(abandon.Token);
        List<Task> loops = [writing, windowCloser.RunAsync(work.Token), windowLengths.RunAsync(work.Token), .. exchanges.Select(exchange => exchange.RunAsync(work.Token))];
        await Task.WhenAny(loops); // the first loop to end stops the others: at a stop, or after a failure of a shared part
        await work.CancelAsync();
        var recording = Task.WhenAll(loops.Skip(1));
        await recording.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // all exchanges have handed over their open segments
        state.LostObjects = await writer.CompleteAsync(settings.StopTimeout * settings.Clock.Rate);
        lifetime.StopApplication();
        await writing;
        if (recording.IsFaulted)
            await recording;
    }

    [LoggerMessage(LogLevel.Critical, "Recording ended because of an unhandled exception; received data was stored as far as possible.")]
    private static partial void LogRecordingFailed(ILogger log, Exception fault);
}
