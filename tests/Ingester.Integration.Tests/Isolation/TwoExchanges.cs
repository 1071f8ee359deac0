using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Recording.Planning;
using Ingester.Simulator;
using Ingester.Simulator.FaultyExchange;
using Ingester.Status;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Isolation;

/// <summary>The real program, which records two exchanges: one that misbehaves as the test says, and one that is well and must lose nothing.</summary>
internal sealed class TwoExchanges : IAsyncDisposable
{
    /// <summary>The exchange that misbehaves.</summary>
    public const string Bad = "binance";

    /// <summary>The exchange that is well.</summary>
    public const string Good = "coinbase";

    private const double Rate = 30;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-isolation-").FullName;
    private readonly CancellationTokenSource patience = new(TimeSpan.FromMinutes(5));

    private TwoExchanges(ExchangeSimulator simulator, FaultyExchangeProxy faulty) => (Simulator, Faulty) = (simulator, faulty);

    public ExchangeSimulator Simulator { get; private set; }

    public FaultyExchangeProxy Faulty { get; private set; }

    public ReplicaProcess Replica { get; private set; } = null!;

    public CancellationToken Cancel => patience.Token;

    public string Log => File.ReadAllText(Path.Combine(folder, "a.log"));

    /// <summary>Starts both and the recorder, and waits until the good one is recorded.</summary>
    /// <param name="break">Says, before the recorder starts, how the bad one misbehaves.</param>
    /// <param name="markets">How many markets each of them has.</param>
    /// <param name="descriptors">How many file descriptors the recorder may open; null for what the machine allows. Then each stream of the bad one has a connection of its own.</param>
    public static async Task<TwoExchanges> StartAsync(Action<FaultyExchangeProxy>? @break = null, int markets = 2, int? descriptors = null)
    {
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = Rate };
        var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = [Bad, Good], Markets = markets, EventsPerSecond = 60, MarketSkew = 0, EnforceLimits = false }, SimulatedClock.Create(clock));
        var two = new TwoExchanges(simulator, await FaultyExchangeProxy.StartAsync(simulator, Bad));
        @break?.Invoke(two.Faulty);
        var configuration = ReplicaFile.Write(two.folder, simulator, clock, new
        {
            Store = new { Directory = Path.Combine(two.folder, "store") },
            Internal = new { Connections = new { BackoffBase = "00:00:00.020", BackoffCap = "00:00:00.100" } },
        }, new Dictionary<string, Uri> { [Bad] = two.Faulty.Address });
        two.Replica = new("a", configuration, Path.Combine(two.folder, "a.log"), by: descriptors is null ? null : ["sh", "-c", $"ulimit -n {descriptors}; exec \"$@\" --set Ingester:Exchanges:{Bad}:StreamsPerConnection=1", "sh"]);
        await two.UntilAsync(status => Of(status, Good) is { StreamsWanted: > 0 } good && good.StreamsSubscribed == good.StreamsWanted);
        return two;
    }

    /// <summary>How an exchange stands.</summary>
    public static ExchangeStatus Of(RecorderStatus status, string exchange) => status.Exchanges.Single(one => one.Exchange == exchange);

    /// <summary>Waits until the recorder says that something is so.</summary>
    public async Task UntilAsync(Func<RecorderStatus, bool> condition)
    {
        while (await Replica.GetStatusAsync(Cancel) is not { } status || !condition(status))
        {
            Assert.False(Replica.HasExited, $"The recorder ended.\n{(Replica.HasExited ? Log : "")}");
            await Task.Delay(Poll, Cancel);
        }
    }

    /// <summary>Waits until something is so outside of the recorder.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Assert.False(Replica.HasExited, $"The recorder ended.\n{(Replica.HasExited ? Log : "")}");
            await Task.Delay(Poll, Cancel);
        }
    }

    /// <summary>Waits until the good exchange has sent so many events more.</summary>
    public async Task GoOnAsync(int events)
    {
        var until = Sent() + events;
        await UntilAsync(() => Sent() >= until);
    }

    /// <summary>Stops the recorder, and compares what the good exchange sent with the store.</summary>
    public async Task CheckAsync(string signal = "TERM")
    {
        Assert.True(await Replica.StopAsync(Cancel, signal) == 0, Log);
        var check = await StoreCheck.ListAsync(new DirectoryStore(Path.Combine(folder, "store"), TimeProvider.System), "", Cancel);
        var streams = Simulator.Counts().Where(count => count.Stream.Exchange == Good && count.Sent > 0).Select(count => count.Stream).ToList();
        Assert.NotEmpty(streams);
        foreach (var stream in streams)
            Assert.Empty((await check.CheckStreamAsync(stream, [.. Simulator.Truth(stream)], Cancel, replays: true)).Errors);
        Assert.DoesNotContain(await check.ReadGapsAsync(Cancel), gap => gap.Stream.Exchange == Good);
    }

    public async ValueTask DisposeAsync()
    {
        Replica.Dispose();
        await Faulty.DisposeAsync();
        await Simulator.DisposeAsync();
        patience.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private long Sent() => Simulator.Counts().Where(count => count.Stream.Exchange == Good).Sum(count => count.Sent);
}
