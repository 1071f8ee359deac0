using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Markets.Trades;
using Ingester.Dashboard.Stores;
using Ingester.Reading.Live;
using Ingester.Reading.Objects;

namespace Ingester.Dashboard.Markets.Live;

/// <summary>
/// Follows one market for all of its viewers over one connection. When a recorder fails, the next one is tried. Viewers are told at most four times a second.
/// </summary>
internal sealed class LiveFeed : IDisposable
{
    private const int LadderRows = 50;

    private static readonly TimeSpan PublishInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan JoinInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    private readonly MarketId market;
    private readonly IReadOnlyList<LiveStreamClient> recorders;
    private readonly IStoreAccess store;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly LiveBook book;
    private string sentence = "Connecting to the live stream.";
    private bool isConnected, isChanged, hasTrades;
    private TradeView? trade;
    private long trades;

    /// <summary>Starts to follow a market.</summary>
    /// <param name="market">The market.</param>
    /// <param name="recorders">The recorders, in the order in which they are tried.</param>
    /// <param name="store">The store, for the book at the start.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">The log.</param>
    public LiveFeed(MarketId market, IReadOnlyList<LiveStreamClient> recorders, IStoreAccess store, TimeProvider clock, ILogger log)
    {
        (this.market, this.recorders, this.store, this.clock, this.log) = (market, recorders, store, clock, log);
        book = new(market.Exchange, market.Market);
        View = LiveView.Without(sentence);
        Completion = Task.WhenAll(RunAsync(FollowAsync), RunAsync(PublishAsync), RunAsync(JoinAsync));
    }

    /// <summary>Raised after <see cref="View"/> has changed, on any thread.</summary>
    public event Action? Changed;

    /// <summary>The present values.</summary>
    public LiveView View { get; private set; }

    /// <summary>Number of viewers; changed by <see cref="LiveFeeds"/> only.</summary>
    public int Viewers { get; set; }

    /// <summary>Completes after <see cref="Dispose"/>.</summary>
    public Task Completion { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        _ = Completion.ContinueWith(_ => stop.Dispose(), TaskScheduler.Default);
    }

    private async Task RunAsync(Func<CancellationToken, Task> part)
    {
        try
        {
            await Task.Run(() => part(stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The last viewer has left.
        }
        catch (Exception bug)
        {
            LiveEvents.FeedFailed(log, bug, market); // the edge of a background task
            SetDisconnected("Live values failed because of a bug of the dashboard. Its log contains the exception.");
            Publish();
        }
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        var retry = FirstRetry;
        for (var index = 0; ; index++)
        {
            var hasReceived = false;
            try
            {
                await foreach (var line in recorders[index % recorders.Count].ReadAsync([market.Exchange], [market.Market], clock, cancellation))
                    hasReceived |= Handle(line);
                SetDisconnected("The recorder ended the live stream.");
            }
            catch (Exception fault) when (fault is DashboardFault or LiveException)
            {
                SetDisconnected(fault.Message);
            }

            retry = hasReceived ? FirstRetry : index % recorders.Count == recorders.Count - 1 ? TimeSpan.FromTicks(Math.Min(2 * retry.Ticks, LastRetry.Ticks)) : retry;
            await Task.Delay(retry, clock, cancellation);
        }
    }

    /// <summary>Handles one line; true when the recorder records the market.</summary>
    /// <exception cref="DashboardFault">The recorder does not record the market, or a row is not readable.</exception>
    private bool Handle(LiveLine line)
    {
        lock (gate)
            try
            {
                isChanged = true;
                switch (line)
                {
                    case { Mark: "start" }:
                        if (line.Streams == 0)
                            throw new DashboardFault($"The recorder {line.Replica} does not record {market}.");
                        (isConnected, sentence) = (true, $"Live from the recorder {line.Replica} since {DisplayText.Time(line.Micros)}.");
                        break;
                    case { Mark: "end" }:
                        sentence = "The recorder stops.";
                        break;
                    case { Mark: "gap" or "reset" or "missed" } when line.Dataset is null || line.Dataset == book.Dataset:
                        book.Break(Describe(line));
                        break;
                    case { Mark: not null } or { Dataset: null }:
                        break;
                    case { Dataset: Dataset.Trades or Dataset.AggTrades }:
                        AddTrade(line);
                        break;
                    default:
                        if (!line.IsDetached)
                            book.Add(line.Dataset!.Value, line.Row);
                        break;
                }

                return true;
            }
            catch (JsonException invalid)
            {
                throw new DashboardFault($"A row of the live stream is not readable: {invalid.Message}", invalid);
            }
    }

    /// <summary>Aggregated trades count only as long as there are no others: both are the same trades.</summary>
    private void AddTrade(LiveLine line)
    {
        var received = TradeRowText.Read(line.Row, RowHeader.Read(line.Dataset!.Value, line.Row).Micros);
        if (line.IsDetached || (hasTrades && line.Dataset == Dataset.AggTrades))
            return;
        (trade, trades) = (received, line.Dataset == Dataset.Trades && !hasTrades ? 1 : trades + 1);
        hasTrades |= line.Dataset == Dataset.Trades;
    }

    private static string Describe(LiveLine mark) => mark.Mark switch
    {
        "reset" => $"The exchange began its numbering again at {DisplayText.Time(mark.Micros)}. The ladder follows after the next snapshot.",
        "missed" => $"The dashboard read too slowly: diffs are missing since {DisplayText.Time(mark.Micros)}. The ladder follows when the store holds them.",
        _ => $"The recorder reports a gap since {DisplayText.Time(mark.Micros)} ({mark.Cause}). The ladder follows after the next snapshot.",
    };

    private void SetDisconnected(string why)
    {
        lock (gate)
        {
            book.Break("There is no connection to a recorder.");
            (isConnected, sentence, isChanged) = (false, why, true);
        }
    }

    private async Task PublishAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(PublishInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellation))
            if (isChanged)
                Publish();
    }

    private void Publish()
    {
        lock (gate)
        {
            isChanged = false;
            View = new(isConnected, sentence, trade, trades, book.Picture(LadderRows), book.Reason);
        }

        Changed?.Invoke();
    }

    /// <summary>Reads the book of the store as long as diffs wait for one.</summary>
    private async Task JoinAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(JoinInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            long? first;
            lock (gate)
                first = book.FirstWaiting;
            if (first is not { } at)
                continue;
            try
            {
                var stored = await store.ReadAsync((opened, cancel) => opened.Archive.GetBookAsync(market.Exchange, market.Market, new(Micros.ToDateTime(at)), cancel), cancellation);
                lock (gate)
                {
                    book.TryJoin(stored);
                    isChanged = true;
                }
            }
            catch (DashboardFault)
            {
                // The page of the book says why the store cannot be read; the next attempt may succeed.
            }
        }
    }
}
