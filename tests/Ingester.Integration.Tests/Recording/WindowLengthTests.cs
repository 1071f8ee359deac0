using System.Globalization;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Recording;

/// <summary>The real program on a directory, killed and started again with windows of another length.</summary>
public sealed class WindowLengthTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-windows-").FullName;
    private readonly ClockOptions clock = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };
    private readonly CancellationTokenSource patience = new(TimeSpan.FromMinutes(5));

    private string Store => Path.Combine(folder, "store");

    private CancellationToken Cancel => patience.Token;

    public void Dispose()
    {
        patience.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Other_length_than_that_of_the_store_is_refused_and_a_scheduled_one_is_not()
    {
        var time = SimulatedClock.Create(clock);
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = ["binance"], Markets = 2, EventsPerSecond = 20, MarketSkew = 0 }, time);
        using (var killed = Start(simulator, []))
        {
            await killed.WaitUntilReadyAsync(Cancel);
            await UntilAsync(() => Objects("coverage") >= 2 && Objects("trades") >= 2);
            await killed.KillAsync(Cancel);
        }

        using var refused = Start(simulator, [new() { Minutes = 5 }]);
        await refused.WaitForExitAsync(Cancel);
        Assert.Equal(2, refused.ExitCode);
        var said = await File.ReadAllTextAsync(refused.LogPath, Cancel);
        Assert.Contains("Ingester:Segments:Windows", said, StringComparison.Ordinal);
        Assert.Contains("the store holds windows of 1 minute", said, StringComparison.Ordinal);
        Assert.Contains("the settings give 5 minutes for that time", said, StringComparison.Ordinal);
        Assert.Contains("binance", said, StringComparison.Ordinal);
        Assert.Contains("\"From\": \"", said, StringComparison.Ordinal);
        Assert.Equal(0, Windows(5));

        var hour = Micros.ToDateTime(Window.Containing(Micros.Now(time), 60).EndMicros);
        using var scheduled = Start(simulator, [new() { Minutes = 5, From = hour }]);
        await scheduled.WaitUntilReadyAsync(Cancel);
        Assert.Null((await scheduled.GetStatusAsync(Cancel))!.WindowMismatch);
        simulator.StopGenerating();
        Assert.Equal(0, await scheduled.StopAsync(Cancel));
    }

    private ReplicaProcess Start(ExchangeSimulator simulator, IReadOnlyList<WindowRule> rules)
    {
        var settings = new
        {
            Store = new { Directory = Store },
            Segments = new
            {
                Windows = rules.Select(rule => new { rule.Exchange, rule.Market, rule.Minutes, From = rule.From?.ToString("O", CultureInfo.InvariantCulture) }),
            },
        };
        return new("a", ReplicaFile.Write(folder, simulator, clock, settings), Path.Combine(folder, $"{Guid.NewGuid():N}.log"));
    }

    private int Objects(string dataset) =>
        Directory.Exists(Path.Combine(Store, dataset)) ? Directory.EnumerateFiles(Path.Combine(Store, dataset), "*.json.gz", SearchOption.AllDirectories).Count() : 0;

    private int Windows(int minutes) => Directory.EnumerateFiles(Store, $"*-{minutes}m*", SearchOption.AllDirectories).Count();

    private async Task UntilAsync(Func<bool> condition)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!condition())
            await poll.WaitForNextTickAsync(Cancel);
    }
}
