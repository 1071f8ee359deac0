using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Snapshots;

/// <summary>
/// Fetches the snapshots that an exchange does not send on the stream. A failed request is retried later; diffs are recorded
/// meanwhile.
/// </summary>
internal sealed class SnapshotFetcher(ExchangeContext context, RateLimitedRestClient desk, SnapshotSchedule plan)
{
    /// <summary>Number of parallel requests: enough to use the rate limit at usual round-trip times.</summary>
    private const int Workers = 4;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly SnapshotEndpoint endpoint = context.Exchange.Profile.Book.SnapshotEndpoint
        ?? throw new ArgumentException($"{context.Name} has no snapshot endpoint.", nameof(context));

    /// <summary>Starts the loops that fetch until <paramref name="stop"/> is canceled. A task that faults has found a bug.</summary>
    public IReadOnlyList<Task> Start(CancellationToken stop) => [.. Enumerable.Range(0, Workers).Select(_ => WorkAsync(stop))];

    private async Task WorkAsync(CancellationToken stop)
    {
        var depth = context.ExchangeOptions.RequestedDepth(endpoint);
        while (!stop.IsCancellationRequested)
        {
            if (plan.TakeDue() is { } errand)
                await FetchAsync(errand, depth, stop);
            else
                await Task.Delay(PollInterval, context.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FetchAsync(SnapshotRequest errand, SnapshotDepth depth, CancellationToken stop)
    {
        try
        {
            var address = endpoint.UriFor(errand.Observer.Market, depth.Levels);
            var book = await desk.GetAsync(new(address, depth.Weight), body => endpoint.Parse(body), stop);
            var step = errand.Observer.OfferSnapshot(new(book, errand.Reason, depth.Levels));
            context.Events.SnapshotFetched(context.Name, step);
        }
        catch (Exception fault) when (fault is RestException or JsonException)
        {
            plan.ScheduleRetry(errand.Observer);
            context.Events.SnapshotFailed(context.Name, errand.Observer.Market.Name, fault.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Canceled.
        }
    }
}
