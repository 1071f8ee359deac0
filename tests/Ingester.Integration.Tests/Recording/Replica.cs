using Ingester.Configuration;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Hosting;
using Ingester.Recording.Lanes;
using Ingester.Simulator;
using Ingester.Status;
using Ingester.Storage.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ingester.Integration.Tests.Recording;

/// <summary>One replica of the real recorder in this process, over real sockets to a simulator, with a directory as its store.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ServiceProvider services;
    private readonly RecorderService service;
    private readonly DirectoryStore store;
    private readonly string? ownFolder;
    private readonly Life life = new();
    private bool stopped;

    private Replica(ISimulatedServer simulator, TimeProvider clock, Dictionary<string, string?> settings, LaneDecorator? decorator, string? folder)
    {
        ownFolder = folder is null ? Directory.CreateTempSubdirectory("ingester-replica-").FullName : null;
        foreach (var exchange in simulator.Exchanges)
        {
            settings.TryAdd($"Ingester:Exchanges:{exchange}:Markets:0", "*");
            settings.TryAdd($"Ingester:Exchanges:{exchange}:WebSocket", simulator.WebSocketAddress(exchange).ToString());
            settings.TryAdd($"Ingester:Exchanges:{exchange}:Rest", simulator.RestAddress(exchange).ToString());
        }

        store = new(folder ?? ownFolder!, clock);
        var composition = new ServiceCollection().AddLogging().AddSingleton<IHostApplicationLifetime>(life);
        if (decorator is not null)
            composition.AddSingleton(decorator);
        services = composition.AddIngesterRecorder(Settings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()), store, clock).BuildServiceProvider();
        service = services.GetRequiredService<RecorderService>();
        Clock = clock;
    }

    public TimeProvider Clock { get; }

    public RecorderState State => service.State;

    public IObjectStore Store => store;

    /// <summary>Starts one and waits until it records everything that it was asked to.</summary>
    public static async Task<Replica> StartAsync(ISimulatedServer simulator, ClockOptions clock, Dictionary<string, string?> settings)
    {
        var replica = await BeginAsync(simulator, clock, settings);
        await replica.UntilAsync(() => RecorderStatus.Create(replica.State, "a") is { NotReady: null });
        return replica;
    }

    /// <summary>Starts one with something around its lanes, and waits until it records one exchange.</summary>
    public static async Task<Replica> StartAsync(
        ISimulatedServer simulator, ClockOptions clock, Dictionary<string, string?> settings, string exchange, Func<ILane, TimeProvider, ILane> around)
    {
        var replica = await BeginAsync(simulator, clock, settings, around);
        await replica.UntilAsync(() => replica.State.Exchanges.Single(one => one.Exchange == exchange) is { StreamsWanted: > 0 } good && good.StreamsSubscribed == good.StreamsWanted);
        return replica;
    }

    /// <summary>Starts one and does not wait.</summary>
    /// <param name="simulator">What is recorded.</param>
    /// <param name="clock">The clock that it shares with the simulator.</param>
    /// <param name="settings">All other settings.</param>
    /// <param name="around">Wraps its lanes; null for nothing.</param>
    /// <param name="folder">The directory of its store, which the caller deletes; null for one of its own.</param>
    public static async Task<Replica> BeginAsync(
        ISimulatedServer simulator, ClockOptions clock, Dictionary<string, string?> settings, Func<ILane, TimeProvider, ILane>? around = null, string? folder = null)
    {
        settings["Ingester:Clock:Epoch"] = clock.Epoch?.ToString("O");
        settings["Ingester:Clock:Rate"] = $"{clock.Rate}";
        settings["Ingester:Clock:Offset"] = $"{clock.Offset:c}";
        var time = SimulatedClock.Create(clock);
        var replica = new Replica(simulator, time, settings, around is null ? null : lane => around(lane, time), folder);
        await replica.service.StartAsync(CancellationToken.None);
        return replica;
    }

    /// <summary>Waits until something is so, and says what was not when it never is, or not within a minute after a span.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan span = default, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            if (service.ExecuteTask is { IsCompleted: true } ended && !stopped)
                await ended;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < span + Patience, $"{what}: {RecorderStatus.Create(State, "a").NotReady}");
            await poll.WaitForNextTickAsync();
        }
    }

    /// <summary>Stops it in order; afterwards the store can be checked.</summary>
    public async Task<StoreCheck> StopAsync()
    {
        stopped = true;
        await service.StopAsync(CancellationToken.None);
        Assert.Equal(0, State.LostObjects);
        return await StoreCheck.ListAsync(store, "", CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        stopped = true;
        await service.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
        life.Dispose();
        if (ownFolder is not null)
            Directory.Delete(ownFolder, recursive: true);
    }

    private sealed class Life : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => stopping.Cancel();

        public void Dispose() => stopping.Dispose();
    }
}
