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
internal sealed class BookFetcher(ExchangeContext context, RequestDesk desk, SnapshotPlan plan)
{
    /// <summary>Number of parallel requests: enough to use the rate limit at usual round-trip times.</summary>
    private const int Workers = 4;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private readonly BookSource source = context.Exchange.Profile.Book.Source
        ?? throw new ArgumentException($"{context.Name} has no snapshot endpoint.", nameof(context));

    /// <summary>Starts the loops that fetch until <paramref name="stop"/> is canceled. A task that faults has found a bug.</summary>
    public IReadOnlyList<Task> Start(CancellationToken stop) => [.. Enumerable.Range(0, Workers).Select(_ => WorkAsync(stop))];

    private async Task WorkAsync(CancellationToken stop)
    {
        var depth = context.Choice.SnapshotDepth(source);
        while (!stop.IsCancellationRequested)
        {
            if (plan.Take() is { } errand)
                await FetchAsync(errand, depth, stop);
            else
                await Task.Delay(Poll, context.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FetchAsync(BookErrand errand, BookDepth depth, CancellationToken stop)
    {
        try
        {
            var address = source.Address(errand.Watch.Market, depth.Levels);
            var book = await desk.GetAsync(new(address, depth.Weight), body => source.Read(body), stop);
            var step = errand.Watch.Offer(new(book, errand.Reason, depth.Levels));
            context.Events.BookFetched(context.Name, step);
        }
        catch (Exception fault) when (fault is RestException or JsonException)
        {
            plan.Again(errand.Watch);
            context.Events.BookFailed(context.Name, errand.Watch.Market.Name, fault.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Canceled.
        }
    }
}
