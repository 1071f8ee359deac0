using Ingester.Core.Segments;
using Ingester.Integration.Tests.Recording;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Isolation;

/// <summary>
/// Two exchanges, of which one misbehaves at random in every way that a server can: the other loses nothing. Some seconds here; the long form (docs/reliability.md)
/// also judges whether the rows of the other come later.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class UnrulyChaosTests(ITestOutputHelper output)
{
    private const int Seed = 20261129;
    private const double Rate = 30;
    private const double MostSlowdown = 2;
    private const double Unmeasurable = 1; // milliseconds: below it a ratio says nothing

    private static readonly TimeSpan BetweenCuts = TimeSpan.FromMilliseconds(400);

    [Fact]
    public async Task Other_exchange_loses_nothing_while_one_misbehaves_in_every_way()
    {
        var lags = await RecordAsync(TimeSpan.FromSeconds(10), misbehaves: true);
        output.WriteLine($"Seed {Seed}: p99 from frame to row {Quantile(lags, 0.99):F3} ms over {lags.Count:N0} frames.");
    }

    [Fact(Explicit = true)]
    public async Task Minutes_of_misbehaviour_delay_no_row_of_the_other_exchange()
    {
        var span = TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("INGESTER_CHAOS_SECONDS"), out var seconds) ? seconds : 60);
        var (alone, beside) = (await RecordAsync(span, misbehaves: false), await RecordAsync(span, misbehaves: true));
        output.WriteLine($"Seed {Seed}, {span} each: p50 {Quantile(alone, 0.5):F3} ms alone, {Quantile(beside, 0.5):F3} ms beside; p99 {Quantile(alone, 0.99):F3} ms alone, {Quantile(beside, 0.99):F3} ms beside.");
        Assert.True(Quantile(beside, 0.99) <= MostSlowdown * Math.Max(Unmeasurable, Quantile(alone, 0.99)));
    }

    /// <summary>Records for a while, checks that nothing of the good exchange is lost, and returns how late its rows were, in real milliseconds.</summary>
    private async Task<List<double>> RecordAsync(TimeSpan span, bool misbehaves)
    {
        var cancel = TestContext.Current.CancellationToken;
        var random = new Random(Seed);
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = Rate };
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = misbehaves ? [TwoExchanges.Bad, TwoExchanges.Good] : [TwoExchanges.Good], Markets = 3, EventsPerSecond = 200, Seed = Seed, Skew = 0, EnforceLimits = false }, SimulatedClock.From(clock));
        await using var unruly = misbehaves ? await UnrulyExchange.StartAsync(simulator, TwoExchanges.Bad) : null;
        var settings = new Dictionary<string, string?>
        {
            ["Ingester:Connections:BackoffBase"] = "00:00:00.010",
            ["Ingester:Connections:BackoffCap"] = "00:00:00.100",
            ["Ingester:Connections:HoldOff"] = "00:00:00.100",
        };
        if (unruly is not null)
        {
            unruly.Rest = _ => Pick<RestFault>(random);
            unruly.Socket = () => Pick<SocketFault>(random);
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:Rest"] = unruly.Address.ToString();
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:WebSocket"] = new UriBuilder(unruly.Address) { Scheme = "ws" }.Uri.ToString();
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:DiscoveryInterval"] = "00:00:01";
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:SnapshotInterval"] = "00:00:01";
            settings[$"Ingester:Exchanges:{TwoExchanges.Bad}:StreamsPerConnection"] = "1";
        }

        var lags = new List<double>();
        await using var replica = await Replica.StartAsync(simulator, clock, settings, TwoExchanges.Good, (lane, time) => new LagLane(lane, time, lags));
        await ForAsync(span, simulator, misbehaves, cancel);
        simulator.StopGenerating();
        await replica.UntilAsync(() => simulator.Counts().Where(count => count.Stream.Exchange == TwoExchanges.Good).Sum(count => count.Sent) > 0);
        if (unruly is not null)
            Report(replica, unruly);
        var check = await replica.StopAsync();
        foreach (var stream in simulator.Counts().Where(count => count.Stream.Exchange == TwoExchanges.Good && count.Sent > 0).Select(count => count.Stream))
            Assert.Empty((await check.CheckAsync(stream, [.. simulator.Truth(stream)], cancel, replays: true)).Faults);
        Assert.DoesNotContain(await check.GapsAsync(cancel), gap => gap.Stream.Exchange == TwoExchanges.Good);
        lock (lags)
            return [.. lags.Select(lag => lag / Rate).Order()];
    }

    /// <summary>Lets a span pass, in which the bad exchange loses its connections again and again.</summary>
    private static async Task ForAsync(TimeSpan span, ExchangeSimulator simulator, bool misbehaves, CancellationToken cancel)
    {
        using var cuts = new PeriodicTimer(BetweenCuts);
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < span; await cuts.WaitForNextTickAsync(cancel))
            if (misbehaves)
                simulator.Cut(TwoExchanges.Bad);
    }

    private void Report(Replica replica, UnrulyExchange unruly)
    {
        Assert.InRange(unruly.RestFaults, 1, int.MaxValue); // else nothing was shown
        Assert.InRange(unruly.SocketFaults, 1, int.MaxValue);
        var meter = replica.Service.Meter;
        output.WriteLine($"{unruly.RestFaults:N0} answers and {unruly.SocketFaults:N0} sockets were broken; {meter.Disconnects.Total:N0} connections lost, {meter.DialFailures.Total:N0} not opened, "
            + $"{meter.Discoveries.Of("failed"):N0} market lists and {meter.BooksFetched.Of("failed"):N0} books failed, {meter.Quarantined.Total:N0} frames quarantined, {meter.Restarts.Total:N0} restarts.");
        Assert.Equal(0, meter.Restarts.Total); // none of it is more than a fault of its request, its frame or its connection
    }

    private static T Pick<T>(Random random)
        where T : struct, Enum
    {
        lock (random)
            return random.Next(3) == 0 ? default : Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
    }

    private static double Quantile(List<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[(int)(share * (sorted.Count - 1))];
}
