using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Recording;

/// <summary>Connections that are replaced all the time, and a store in which nothing of it can be seen.</summary>
[Collection(AloneCollection.Name)]
public sealed class RotationTests(ITestOutputHelper output)
{
    private const int Rate = 30;

    [Fact]
    public Task Connections_that_rotate_every_two_seconds_lose_nothing_and_every_minute_is_whole() => RotateAsync(TimeSpan.FromSeconds(15));

    /// <summary>The long form, by its own command; docs/reliability.md says which.</summary>
    [Fact(Explicit = true)]
    public Task Ten_minutes_of_rotation_lose_nothing_and_every_minute_is_whole() => RotateAsync(TimeSpan.FromMinutes(10));

    private async Task RotateAsync(TimeSpan span)
    {
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = Rate };
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Markets = 3, EventsPerSecond = 200, MarketSkew = 0.3, EnforceLimits = false }, SimulatedClock.Create(clock));
        await using var replica = await Replica.StartAsync(simulator, clock, Rotating());
        var began = Micros.Now(replica.Clock);
        await replica.UntilAsync(() => Micros.Now(replica.Clock) > began + Rate * Micros.From(span), span);
        simulator.StopGenerating();
        var ended = Micros.Now(replica.Clock);
        await replica.UntilAsync(() => Micros.Now(replica.Clock) > ended + Rate * 1_000_000L); // what is on its way, and the graces
        var check = await replica.StopAsync();

        Assert.Equal(0, replica.State.Meter.ConnectionsLost.Total);
        Assert.Equal(0, replica.State.Meter.ConnectionsRotated.TotalOf("failed"));
        Assert.InRange(replica.State.Meter.ConnectionsRotated.TotalOf("done"), span.TotalSeconds / 4 * simulator.Exchanges.Count, long.MaxValue);
        Assert.Empty(await check.ReadGapsAsync(CancellationToken.None));
        var faults = new List<string>();
        var rows = 0L;
        foreach (var count in simulator.Counts())
        {
            var truth = simulator.Truth(count.Stream).ToList();
            if (truth.Count == 0)
                continue; // nobody asked for it
            var verdict = await check.CheckStreamAsync(count.Stream, truth, CancellationToken.None);
            rows += verdict.SentRows;
            faults.AddRange(verdict.Errors.Select(fault => $"{count.Stream}: {fault}"));
            faults.AddRange(new DemoPeriod(began, ended).FindMissingWindows(truth, check.WholeWindows(count.Stream))
                .Select(start => $"{count.Stream}: the minute {Micros.ToDateTime(start):HH:mm} has no whole object"));
        }

        output.WriteLine($"{replica.State.Meter.ConnectionsRotated.TotalOf("done"):N0} connections replaced, {rows:N0} rows compared, {faults.Count} faults.\n{string.Join('\n', faults)}");
        Assert.Empty(faults);
    }

    private static Dictionary<string, string?> Rotating() => new()
    {
        ["Ingester:Connections:RotateAfter"] = "00:00:02",
        ["Ingester:Internal:Connections:HandoverOverlap"] = "00:00:00.300",
        ["Ingester:Internal:Connections:BackoffBase"] = "00:00:00.050",
    };
}
