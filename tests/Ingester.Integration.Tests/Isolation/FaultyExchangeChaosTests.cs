using System.Text.RegularExpressions;
using Ingester.Core.Time;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Recording;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Isolation;

/// <summary>
/// Two exchanges, one of which injects every kind of fault at random: the other loses nothing. Some seconds here; the long form (docs/reliability.md)
/// also judges whether the rows of the other come later.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed partial class FaultyExchangeChaosTests(ITestOutputHelper output)
{
    private const int Seed = 20261129;
    private const double MostSlowdown = 2;
    private const double Unmeasurable = 1; // milliseconds: below it a ratio says nothing

    [Fact]
    public async Task Other_exchange_loses_nothing_while_one_injects_every_fault()
    {
        var lags = await RecordAsync(TimeSpan.FromSeconds(10), faulty: true);
        output.WriteLine($"Seed {Seed}: p99 from frame to row {Quantile(lags, 0.99):F3} ms over {lags.Count:N0} frames.");
    }

    [Fact(Explicit = true)]
    public async Task Minutes_of_faults_delay_no_row_of_the_other_exchange()
    {
        var span = TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("INGESTER_CHAOS_SECONDS"), out var seconds) ? seconds : 60);
        var (alone, withFaults) = (await RecordAsync(span, faulty: false), await RecordAsync(span, faulty: true));
        output.WriteLine($"Seed {Seed}, {span} each: p50 {Quantile(alone, 0.5):F3} ms alone, {Quantile(withFaults, 0.5):F3} ms with faults; p99 {Quantile(alone, 0.99):F3} ms alone, {Quantile(withFaults, 0.99):F3} ms with faults.");
        Assert.True(Quantile(withFaults, 0.99) <= MostSlowdown * Math.Max(Unmeasurable, Quantile(alone, 0.99)));
    }

    /// <summary>Records for a while, checks that nothing of the good exchange is lost, and returns how late its rows were, in milliseconds.</summary>
    private async Task<List<double>> RecordAsync(TimeSpan span, bool faulty)
    {
        var cancel = TestContext.Current.CancellationToken;
        var clock = new ClockOptions();
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = [TwoExchanges.Good], Markets = 3, EventsPerSecond = 200, Seed = Seed, MarketSkew = 0, EnforceLimits = false }, TimeProvider.System);
        using var faultyProcess = faulty ? StartFaultyExchange() : null; // in a process of its own: its load is not the recorder's
        var settings = new Dictionary<string, string?>
        {
            ["Ingester:Internal:Connections:BackoffBase"] = "00:00:00.010",
            ["Ingester:Internal:Connections:BackoffCap"] = "00:00:00.100",
            ["Ingester:Internal:Connections:HoldOff"] = "00:00:00.100",
        };
        if (faultyProcess is not null)
        {
            var address = new Uri(await faultyProcess.WaitForWordAfterAsync("Serving with random faults at ", cancel));
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:Markets:0"] = "*";
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:Rest"] = address.ToString();
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:WebSocket"] = new UriBuilder(address) { Scheme = "ws" }.Uri.ToString();
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:DiscoveryInterval"] = "00:00:01";
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:SnapshotInterval"] = "00:00:01";
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:StreamsPerConnection"] = "1";
        }

        var lags = new List<double>();
        await using var replica = await Replica.StartAsync(simulator, clock, settings, TwoExchanges.Good, (lane, time) => new LagLane(lane, time, lags));
        await Task.Delay(span, TimeProvider.System, cancel);
        simulator.StopGenerating();
        await replica.UntilAsync(() => simulator.Counts().Sum(count => count.Sent) > 0);
        if (faultyProcess is not null)
            await ReportAsync(replica, faultyProcess, cancel);
        var check = await replica.StopAsync();
        foreach (var stream in simulator.Counts().Where(count => count.Sent > 0).Select(count => count.Stream))
            Assert.Empty((await check.CheckStreamAsync(stream, [.. simulator.Truth(stream)], cancel, replays: true)).Errors);
        Assert.DoesNotContain(await check.ReadGapsAsync(cancel), gap => gap.Stream.Exchange == TwoExchanges.Good);
        lock (lags)
            return [.. lags.Order()];
    }

    private static RunningCommand StartFaultyExchange() => new(
        new Dictionary<string, string>(),
        "simulate", "--faulty", TwoExchanges.Bad, "--port", "0", "--markets", "3", "--rate", "200", "--seed", $"{Seed}");

    private async Task ReportAsync(Replica replica, RunningCommand faultyProcess, CancellationToken cancel)
    {
        faultyProcess.Stop();
        Assert.Equal(0, await faultyProcess.WhenEndedAsync(cancel));
        var faults = Faults().Match(faultyProcess.Said);
        Assert.True(faults.Success, faultyProcess.Said);
        Assert.All(faults.Groups.Values.Skip(1), count => Assert.NotEqual("0", count.Value)); // else nothing was shown
        var meter = replica.State.Meter;
        output.WriteLine($"{faults.Value} {meter.ConnectionsLost.Total:N0} connections lost, {meter.ConnectionsFailed.Total:N0} not opened, "
            + $"{meter.MarketListRefreshes.TotalOf("failed"):N0} market lists and {meter.SnapshotsFetched.TotalOf("failed"):N0} books failed, {meter.FramesQuarantined.Total:N0} frames quarantined, {meter.ExchangeRestarts.Total:N0} restarts.");
        Assert.Equal(0, meter.ExchangeRestarts.Total); // none of it is more than a fault of its request, its frame or its connection
    }

    [GeneratedRegex("([0-9]+) responses and ([0-9]+) WebSockets were broken\\.")]
    private static partial Regex Faults();

    private static double Quantile(List<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[(int)(share * (sorted.Count - 1))];
}
