using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Recording.Configuration;
using Ingester.Recording.Rest;

namespace Ingester.Recording.Snapshots;

/// <summary>
/// Fetches the snapshots that an exchange does not send on the stream. A failed request is retried later; diffs are recorded
/// meanwhile.
/// </summary>
internal sealed class SnapshotFetcher(ExchangeContext context, RateLimitedRestClient rest, SnapshotSchedule schedule, SnapshotEvents events)
{
    /// <summary>Number of parallel requests: enough to use the rate limit at usual round-trip times.</summary>
    private const int Workers = 4;

    private readonly SnapshotEndpoint endpoint = context.Exchange.Profile.Book.SnapshotEndpoint
        ?? throw new ArgumentException($"{context.Name} has no snapshot endpoint.", nameof(context));

    /// <summary>Starts the loops that fetch until <paramref name="stop"/> is canceled. A task that faults has found a bug.</summary>
    public IReadOnlyList<Task> Start(CancellationToken stop) => [.. Enumerable.Range(0, Workers).Select(_ => WorkAsync(stop))];

    private async Task WorkAsync(CancellationToken stop)
    {
        var depth = context.ExchangeOptions.RequestedDepth(endpoint);
        while (!stop.IsCancellationRequested)
        {
            if (schedule.TakeDue() is { } request)
                await FetchAsync(request, depth, stop);
            else
                await schedule.WaitAsync(stop);
        }
    }

    private async Task FetchAsync(SnapshotRequest request, SnapshotDepth depth, CancellationToken stop)
    {
        try
        {
            var address = endpoint.UriFor(request.Observer.Market, depth.Levels);
            var snapshot = await rest.GetAsync(new(address, depth.Weight), body => endpoint.Parse(body), stop);
            var fit = request.Observer.OfferSnapshot(new(snapshot, request.Reason, depth.Levels));
            events.SnapshotFetched(context.Name, fit);
        }
        catch (Exception fault) when (fault is RestException or JsonException)
        {
            request.Observer.OnSnapshotFailed();
            events.SnapshotFailed(context.Name, request.Observer.Market.Name, fault.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Canceled.
        }
    }
}
