using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Simulator;
using Ingester.Status;

namespace Ingester.Browser.Tests.Driving;

/// <summary>Simulated exchanges, two replicas of the recorder in processes of their own, and their store. Thirty seconds of their clock are one second.</summary>
internal sealed class SimulatedSystem : IAsyncDisposable
{
    /// <summary>The exchange whose gaps the recorder does not close, so that <c>ingester repair</c> has work.</summary>
    public const string Unrepaired = "coinbase";

    /// <summary>An exchange whose gaps in trades the recorder closes.</summary>
    public const string Repaired = "binance";

    /// <summary>The token of the live streams.</summary>
    public const string Token = "the-token-of-the-live-streams";

    private const int Rate = 30;

    private static readonly TimeSpan StartTime = TimeSpan.FromHours(10); // of the day: never near midnight

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly string folder;
    private readonly ExchangeSimulator simulator;
    private readonly ClockOptions options;
    private readonly ReplicaProcess[] replicas;

    private SimulatedSystem(string folder, ExchangeSimulator simulator, ClockOptions clock)
    {
        (this.folder, this.simulator, options) = (folder, simulator, clock);
        Clock = SimulatedClock.Create(clock);
        Configuration = WriteConfiguration(clock);
        replicas = [.. new[] { "a", "b" }.Select(name => new ReplicaProcess(name, Configuration, Path.Combine(folder, $"{name}.log")))];
    }

    /// <summary>The clock of the exchanges and recorders.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The exchanges and what is wrong with them.</summary>
    public ExchangeSimulator Exchanges => simulator;

    /// <summary>The settings of the recorders, for commands.</summary>
    public string Configuration { get; }

    /// <summary>The directory of the store.</summary>
    public string Store => Path.Combine(folder, "store");

    /// <summary>The addresses of the recorders, as the dashboard takes them.</summary>
    public string Recorders => string.Join(',', replicas.Select(replica => replica.Address.GetLeftPart(UriPartial.Authority)));

    /// <summary>The clock of the recorders, as the dashboard takes it.</summary>
    public IReadOnlyList<string> ClockArguments => ["--clock-epoch", options.Epoch!.Value.ToString("O", CultureInfo.InvariantCulture), "--clock-rate", options.Rate.ToString(CultureInfo.InvariantCulture)];

    /// <summary>The day of the exchanges' clock.</summary>
    public string Day => Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Starts everything, and waits until both replicas record and have stored windows.</summary>
    public static async Task<SimulatedSystem> StartAsync(string folder, CancellationToken cancel)
    {
        var now = TimeProvider.System.GetUtcNow();
        var clock = new ClockOptions { Epoch = now - (StartTime - now.TimeOfDay) / (Rate - 1), Rate = Rate }; // shows the start time now
        var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = [Repaired, Unrepaired, "kraken"], Markets = 3, EventsPerSecond = 80, MarketSkew = 0, EnforceLimits = false }, SimulatedClock.Create(clock));
        var system = new SimulatedSystem(folder, simulator, clock);
        try
        {
            await Task.WhenAll(system.replicas.Select(replica => replica.WaitUntilReadyAsync(cancel)));
            await system.UntilStoredAsync(Minutes(3), cancel);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>The trades of the first market of an exchange.</summary>
    public StreamId Trades(string exchange) => new(Dataset.Trades, exchange, simulator.Markets(exchange)[0].Name);

    /// <summary>Waits until some time of the exchanges' clock has passed and its windows can be stored.</summary>
    public async Task UntilStoredAsync(TimeSpan span, CancellationToken cancel)
    {
        var until = Clock.GetUtcNow() + span;
        while (Clock.GetUtcNow() < until || await StoredAsync(cancel) == 0)
            await Task.Delay(Poll, cancel);
    }

    /// <summary>Runs a command of the program with the settings of the recorders, and returns what it printed.</summary>
    /// <param name="exits">The exit codes that are right.</param>
    /// <param name="arguments">The command line.</param>
    public async Task<string> RunAsync(int[] exits, params IEnumerable<string> arguments)
    {
        string[] line = [.. ReplicaProcess.OwnCommandLine(), .. arguments];
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(exits.Contains(process.ExitCode), $"{string.Join(' ', arguments)}: exit code {process.ExitCode}\n{await output}\n{await error}");
        return await output;
    }

    /// <summary>The status of each replica, as its page <c>/status</c> has it.</summary>
    public Task<RecorderStatus?[]> ReadStatusAsync() => Task.WhenAll(replicas.Select(replica => replica.GetStatusAsync(CancellationToken.None)));

    /// <summary>Stops the recorders: nothing changes in the store afterwards.</summary>
    public async Task StopRecordersAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        Assert.All(await Task.WhenAll(replicas.Select(replica => replica.StopAsync(patience.Token))), static exit => Assert.Equal(0, exit));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in replicas)
            replica.Dispose();
        await simulator.DisposeAsync();
    }

    /// <summary>Minutes of the exchanges' clock.</summary>
    public static TimeSpan Minutes(double count) => TimeSpan.FromMinutes(count);

    private async Task<long> StoredAsync(CancellationToken cancel) => (await replicas[0].GetStatusAsync(cancel))?.Segments.GetValueOrDefault("stored") ?? 0;

    private string WriteConfiguration(ClockOptions clock)
    {
        var path = Path.Combine(folder, "recorder.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Ingester = new
            {
                Replicas = new[] { "a", "b" },
                Clock = clock,
                Store = new { Directory = Store },
                Storage = new { ReplicaStagger = "00:00:10", UploadSpread = "00:00:05" },
                Live = new { Enabled = true, Token },
                Exchanges = simulator.Exchanges.ToDictionary(name => name, name => new
                {
                    Markets = new[] { "*" },
                    WebSocket = simulator.WebSocketAddress(name).ToString(),
                    Rest = simulator.RestAddress(name).ToString(),
                    RepairTrades = name != Unrepaired,
                    RepairDelay = "00:00:06", // of real time, as every wait of a recorder; in it the gap can be seen
                }),
            },
        }));
        return path;
    }
}
