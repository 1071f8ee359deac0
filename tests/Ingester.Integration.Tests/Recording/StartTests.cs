using Ingester.Core.Time;
using Ingester.Simulator;
using Ingester.Simulator.Options;

namespace Ingester.Integration.Tests.Recording;

/// <summary>Many streams at once, on exchanges that hold their limits against whoever goes beyond them.</summary>
[Collection(AloneCollection.Name)]
public sealed class StartTests
{
    [Fact]
    public async Task Four_thousand_streams_start_without_one_refused_request()
    {
        var clock = new ClockOptions();
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Markets = 400, EventsPerSecond = 200, TruthDetail = TruthDetail.Counts }, SimulatedClock.Create(clock));
        await using var replica = await Replica.StartAsync(simulator, clock, []);
        var stats = simulator.Exchanges.Select(simulator.Stats).ToList();
        Assert.All(stats, exchange => Assert.Empty(exchange.Refused));
        Assert.All(stats, exchange => Assert.Equal(exchange.Opened, exchange.Connections)); // nobody was cut and came again
        Assert.InRange(simulator.Exchanges.Sum(exchange => simulator.Connections(exchange).Sum(connection => connection.Subscriptions)), 4_000, int.MaxValue);
        Assert.Equal(0, replica.State.Meter.RequestsFailed.Total);
    }
}
