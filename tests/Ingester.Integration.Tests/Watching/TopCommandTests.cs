using Ingester.Core.Markets;
using Ingester.Core.Status;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Recording;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Watching;

/// <summary>What a running recorder says has changed, and what <c>ingester top</c> makes of it.</summary>
[Collection(AloneCollection.Name)]
public sealed class TopCommandTests : IDisposable
{
    private const int LostTrades = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-top-").FullName;
    private readonly ClockOptions clockOptions = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };

    [Fact]
    public async Task Gap_is_seen_open_then_closed_and_events_count_up()
    {
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance"], Markets = 2, EventsPerSecond = 200, MarketSkew = 0, EnforceLimits = false }, SimulatedClock.Create(clockOptions));
        using var replica = new ReplicaProcess("a", ReplicaFile.Write(folder, simulator, clockOptions, new { Store = new { Directory = Path.Combine(folder, "store") } }), Path.Combine(folder, "a.log"));
        await replica.WaitUntilReadyAsync(cancel);
        using var http = new HttpClient();
        var client = new StatusClient(http, replica.Address, TimeProvider.System);
        var first = await client.ReadAsync(cancel);
        Assert.Null(first.Fault);
        Assert.Equal("binance", Assert.Single(first.Status!.Exchanges).Exchange);
        await UntilAsync(view => view.Status!.Exchanges[0].Events > first.Status.Exchanges[0].Events + 100 && view.Status.Exchanges[0].EventsPerSecond > 0);

        var market = simulator.Markets("binance")[0].Name;
        simulator.DropNext(new(Dataset.Trades, "binance", market), LostTrades);
        var seen = await UntilAsync(view => view.Status!.Gaps.Any(gap => gap.Pair == market));
        Assert.Equal((long?)LostTrades, seen.Status!.Gaps[0].UpTo - seen.Status.Gaps[0].After);
        var closed = await UntilAsync(view => view.Status!.Gaps is [{ State: GapState.Closed }]);
        Assert.Equal(("backfill", 0L), (closed.Status!.Gaps[0].ClosedBy, closed.Status.Gaps[0].Missing));

        var shown = await EndedCommand.RunAsync(folder, Patience, "top", "--once", replica.Address.ToString());
        Assert.Equal(0, shown.Exit);
        Assert.StartsWith("Nothing is wrong: 1 recorder with", shown.Output, StringComparison.Ordinal);
        Assert.Contains("binance", shown.Output, StringComparison.Ordinal);

        await replica.KillAsync(cancel);
        var silent = await EndedCommand.RunAsync(folder, Patience, "top", "--once", replica.Address.ToString());
        Assert.Equal(1, silent.Exit);
        Assert.StartsWith($"The recorder at {replica.Address.Authority} cannot be reached", silent.Output, StringComparison.Ordinal);

        async Task<RecorderView> UntilAsync(Func<RecorderView, bool> condition)
        {
            while (true)
            {
                if (await client.ReadAsync(cancel) is { Fault: null } view && condition(view))
                    return view;
                await Task.Delay(Poll, cancel);
            }
        }
    }

    [Fact]
    public async Task Version_that_is_no_number_is_refused_with_a_sentence()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = ["binance"], Markets = 1, EnforceLimits = false }, SimulatedClock.Create(clockOptions));
        using var replica = new ReplicaProcess("a", ReplicaFile.Write(folder, simulator, clockOptions, new { Store = new { Directory = Path.Combine(folder, "store") } }), Path.Combine(folder, "a.log"));
        await replica.WaitUntilReadyAsync(patience.Token);
        using var http = new HttpClient { BaseAddress = replica.Address };
        using var response = await http.GetAsync(new Uri("/status/changes?since=yesterday", UriKind.Relative), patience.Token);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("since: \"yesterday\" is not the version of an earlier answer.", await response.Content.ReadAsStringAsync(patience.Token));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
