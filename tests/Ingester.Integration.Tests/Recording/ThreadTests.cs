using Ingester.Core.Connections;
using Ingester.Core.Segments;
using Ingester.Demo;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Recording;

/// <summary>Receive loops have threads of their own: as many as the plan has connections, twice that while they rotate, and never more.</summary>
[Collection(AloneCollection.Name)]
public sealed class ThreadTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-threads-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_planned_connection_has_one_thread_and_a_second_while_it_rotates()
    {
        using var patience = new CancellationTokenSource(Patience);
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = 1 };
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Markets = 3, EventsPerSecond = 200, EnforceLimits = false }, SimulatedClock.From(clock));
        var configuration = ReplicaFile.Write(folder, simulator, clock, new
        {
            Store = new { Directory = Path.Combine(folder, "store") },
            Connections = new { RotateAfter = "00:00:02", HandoverOverlap = "00:00:00.300" },
        });
        using var replica = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log"));
        await replica.WaitUntilReadyAsync(patience.Token);
        var planned = (await replica.StatusAsync(patience.Token))!.Exchanges.Sum(exchange => exchange.ConnectionsWanted);
        var (before, most) = (Opened(simulator), 0);
        while (Opened(simulator) < before + 4 * planned)
        {
            var receivers = Directory.EnumerateDirectories($"/proc/{replica.Id}/task").Count(IsReceiver);
            Assert.InRange(receivers, 0, 2 * planned);
            most = Math.Max(most, receivers);
            await Task.Delay(Poll, patience.Token);
        }

        Assert.InRange(most, planned + 1, 2 * planned); // else no rotation was looked at
        Assert.Equal(0, await replica.StopAsync(patience.Token));
    }

    private static long Opened(ExchangeSimulator simulator) => simulator.Exchanges.Sum(exchange => simulator.Stats(exchange).Opened);

    private static bool IsReceiver(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).TrimEnd() == Session.ReceiverName;
        }
        catch (IOException)
        {
            return false; // it has ended since it was listed
        }
    }
}
