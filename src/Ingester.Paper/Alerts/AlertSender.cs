using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Ingester.Paper.Alerts;

/// <summary>Sends alerts in the background, in order. A target that fails or is slow never stops a run.</summary>
internal sealed partial class AlertSender : IAsyncDisposable
{
    private const int MaxQueued = 1_000; // further ones are dropped and counted: they are in the journal

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Channel<Alert> queue = Channel.CreateBounded<Alert>(new BoundedChannelOptions(MaxQueued) { FullMode = BoundedChannelFullMode.Wait });
    private readonly IReadOnlyList<INotifier> targets;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Task sending;
    private long dropped;

    /// <summary>Starts to send.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="clock">The clock of time limits.</param>
    /// <param name="log">The log.</param>
    public AlertSender(IReadOnlyList<INotifier> targets, TimeProvider clock, ILogger log)
    {
        (this.targets, this.clock, this.log) = (targets, clock, log);
        sending = Task.Run(SendAsync);
    }

    /// <summary>Number of alerts that were not sent because too many waited.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Adds an alert.</summary>
    public void Add(Alert alert)
    {
        if (targets.Count > 0 && !queue.Writer.TryWrite(alert))
            Interlocked.Increment(ref dropped);
    }

    /// <summary>Sends the alerts that are still queued.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await sending;
    }

    private async Task SendAsync()
    {
        await foreach (var alert in queue.Reader.ReadAllAsync())
            foreach (var target in targets)
                try
                {
                    using var limit = new CancellationTokenSource(Timeout, clock);
                    await target.SendAsync(alert, limit.Token);
                }
                catch (Exception failure) when (failure is HttpRequestException or AlertException or OperationCanceledException)
                {
                    LogFailure(log, alert.Kind, failure.Message);
                }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The alert {Kind} was not sent: {Reason}")]
    private static partial void LogFailure(ILogger log, string kind, string reason);
}
