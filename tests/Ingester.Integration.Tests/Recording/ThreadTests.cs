using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Simulator;
using Ingester.WebSockets.Sockets;

namespace Ingester.Integration.Tests.Recording;

/// <summary>Many connections are read by few threads: as many as are set, however many connections there are, and while all rotate.</summary>
public sealed class ThreadTests : IDisposable
{
    private const int Threads = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-threads-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task All_connections_are_read_by_the_threads_that_are_set_also_while_they_rotate()
    {
        using var patience = new CancellationTokenSource(Patience);
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = 1 };
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Markets = 3, EventsPerSecond = 200, EnforceLimits = false }, SimulatedClock.Create(clock));
        var configuration = ReplicaFile.Write(folder, simulator, clock, new
        {
            Store = new { Directory = Path.Combine(folder, "store") },
            Connections = new { RotateAfter = "00:00:02", ReceiveThreads = Threads },
            Internal = new { Connections = new { HandoverOverlap = "00:00:00.300" } },
        });
        using var replica = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log"));
        await replica.WaitUntilReadyAsync(patience.Token);
        var planned = (await replica.GetStatusAsync(patience.Token))!.Exchanges.Sum(exchange => exchange.ConnectionsWanted);
        var (before, most) = (Opened(simulator), 0);
        while (Opened(simulator) < before + 4 * planned)
        {
            var receivers = Directory.EnumerateDirectories($"/proc/{replica.Id}/task").Count(IsReceiver);
            Assert.InRange(receivers, 0, Threads);
            most = Math.Max(most, receivers);
            await Task.Delay(Poll, patience.Token);
        }

        Assert.True(planned > Threads);
        Assert.Equal(Threads, most);
        Assert.Equal(0, await replica.StopAsync(patience.Token));
    }

    [Fact]
    public async Task Files_below_the_working_directory_are_not_watched()
    {
        using var patience = new CancellationTokenSource(Patience);
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = 1 };
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Markets = 1, EnforceLimits = false }, SimulatedClock.Create(clock));
        var configuration = ReplicaFile.Write(folder, simulator, clock, new { Store = new { Directory = Path.Combine(folder, "store") } });
        using var replica = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log"));
        await replica.WaitUntilReadyAsync(patience.Token);
        var handles = new DirectoryInfo($"/proc/{replica.Id}/fd").EnumerateFiles().Select(handle => handle.LinkTarget).ToList();
        Assert.Contains(handles, handle => handle?.StartsWith("socket:", StringComparison.Ordinal) == true);
        Assert.DoesNotContain("anon_inode:inotify", handles);
        Assert.Equal(0, await replica.StopAsync(patience.Token));
    }

    private static long Opened(ExchangeSimulator simulator) => simulator.Exchanges.Sum(exchange => simulator.Stats(exchange).Opened);

    private static bool IsReceiver(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).TrimEnd() == EventLoop.ThreadName;
        }
        catch (IOException)
        {
            return false; // it has ended since it was listed
        }
    }
}
