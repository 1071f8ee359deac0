using System.CommandLine;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Simulator;
using Ingester.Simulator.FaultyExchange;
using Ingester.Simulator.Options;

namespace Ingester.Commands;

/// <summary><c>ingester simulate</c>: runs the simulator alone.</summary>
internal static class SimulateCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CutInterval = TimeSpan.FromMilliseconds(400);

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "The address to listen on; 0.0.0.0 in a container.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> Port =
        CommonArguments.WithRange(new Option<int>("--port") { Description = "The port; 0 is a free one.", DefaultValueFactory = _ => 9700 }, 0, 65_535);

    private static readonly Option<int> Markets =
        CommonArguments.WithRange(new Option<int>("--markets") { Description = "How many markets each exchange has.", DefaultValueFactory = _ => 10 }, 1, 100_000);

    private static readonly Option<double> Rate = CommonArguments.WithRange(
        new Option<double>("--rate") { Description = "Events per second and exchange; 0 sends none.", DefaultValueFactory = _ => 100 }, 0, 10_000_000);

    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of the random markets: the same seed generates the same events.", DefaultValueFactory = _ => 1 };

    private static readonly Option<double> Speed = CommonArguments.WithRange(
        new Option<double>("--speed")
        {
            Description = "Speed of the simulated clock, or of a recording, relative to real time; the recorder needs the same clock (Ingester:Clock).",
            DefaultValueFactory = _ => 1,
        },
        0.001, 1000);

    private static readonly Option<DateTimeOffset?> Epoch = new("--epoch") { Description = "The time at which the simulated clock equals the real clock." };

    private static readonly Option<string?> Faulty = new("--faulty")
    {
        Description = "Serve only this exchange, with random faults: damaged responses, rejected and broken WebSockets, lost connections.",
    };

    private static readonly Option<string?> Play = new("--play")
    {
        Description = "Serve a recording: a folder with one recording, or one of its files. See docs/recordings.md.",
    };

    private static readonly Option<string?> Exchange = new("--exchange") { Description = "The exchange of the recording. Default: the name of its folder." };

    private static readonly Option<double> Lead = CommonArguments.WithRange(
        new Option<double>("--lead") { Description = "Real seconds before the first message of a recording, in which recorders connect.", DefaultValueFactory = _ => 30 }, 0, 86_400);

    private static readonly Option<string?> Truth = new("--truth") { Description = "Directory to which every sent row is written." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("simulate", """
            Serves simulated exchanges with the message formats of the real ones, or a recording, until it is stopped.

            An exchange's addresses begin with ws://HOST:PORT/EXCHANGE and http://HOST:PORT/EXCHANGE. Faults are injected over HTTP: GET /_control lists
            every command with its parameters. For example:
              curl -X POST 'http://127.0.0.1:9700/_control/drop?exchange=binance&dataset=trades&market=BTC-USDT&count=5'

            --play serves the messages of a recording to recorders that subscribe them, at their recorded times by a clock that begins before the first
            message. A recorder needs that clock: the settings are printed. Connections are cut and silenced under /_control.
            """)
        {
            Listen, Port, Markets, Rate, Seed, Speed, Epoch, Truth, Faulty, Play, Exchange, Lead,
        };
        command.SetAction((line, cancel) => line.GetValue(Play) is { } path ? PlayCommand.RunAsync(CreatePlayOptions(line, path), cancel) : RunAsync(line, cancel));
        return command;
    }

    private static PlayOptions CreatePlayOptions(ParseResult line, string path) => new()
    {
        Path = path,
        Exchange = line.GetValue(Exchange),
        Host = line.GetRequiredValue(Listen),
        Port = line.GetValue(Port),
        Speed = line.GetValue(Speed),
        Lead = TimeSpan.FromSeconds(line.GetValue(Lead)),
    };

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var clock = SimulatedClock.Create(new() { Rate = line.GetValue(Speed), Epoch = line.GetValue(Epoch) });
        var faulty = line.GetValue(Faulty);
        var options = new SimulatorOptions
        {
            Host = line.GetRequiredValue(Listen),
            Port = faulty is null ? line.GetValue(Port) : 0,
            EnforceLimits = faulty is null,
            Markets = line.GetValue(Markets),
            EventsPerSecond = line.GetValue(Rate),
            Seed = line.GetValue(Seed),
            TruthDetail = line.GetValue(Truth) is null ? TruthDetail.Counts : TruthDetail.Rows,
            TruthDirectory = line.GetValue(Truth),
        };
        if (faulty is not null)
            return await ServeFaultyExchangeAsync(faulty, options with { Exchanges = [faulty] }, line.GetValue(Port), clock, cancel);
        await using var simulator = await StartAsync(options, clock);
        Console.WriteLine($"Simulated exchanges on port {simulator.Port}: {string.Join(", ", simulator.Exchanges)}. Ctrl+C stops.");
        await using var progress = new ProgressLine(ProgressInterval, () => $"{simulator.Counts().Sum(count => count.Sent):N0} events sent");
        await Task.Delay(Timeout.Infinite, cancel).ContinueWith(static _ => { }, TaskScheduler.Default);
        return ExitCodes.Succeeded;
    }

    /// <summary>Serves one exchange with random faults until it is stopped; its connections are cut periodically.</summary>
    private static async Task<int> ServeFaultyExchangeAsync(string exchange, SimulatorOptions options, int port, TimeProvider clock, CancellationToken cancel)
    {
        await using var simulator = await StartAsync(options, clock);
        await using var faulty = await StartFaultyExchangeAsync(simulator, exchange, (port, options.Seed));
        Console.WriteLine($"Serving with random faults at {faulty.Address}. Ctrl+C stops.");
        using var cuts = new PeriodicTimer(CutInterval);
        try
        {
            while (await cuts.WaitForNextTickAsync(cancel))
                simulator.Cut(exchange);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopped by a signal.
        }

        Console.WriteLine($"{faulty.RestFaults} responses and {faulty.SocketFaults} WebSockets were broken.");
        return ExitCodes.Succeeded;
    }

    private static async Task<FaultyExchangeProxy> StartFaultyExchangeAsync(ExchangeSimulator simulator, string exchange, (int Port, int Seed) choice)
    {
        try
        {
            var faulty = await FaultyExchangeProxy.StartAsync(simulator, exchange, choice.Port);
            faulty.InjectRandomFaults(choice.Seed);
            return faulty;
        }
        catch (IOException failure)
        {
            throw new CommandException($"The simulator cannot serve 127.0.0.1:{choice.Port}: {(failure.InnerException ?? failure).Message}. Choose another port with --port.", failure);
        }
    }

    private static async Task<ExchangeSimulator> StartAsync(SimulatorOptions options, TimeProvider clock)
    {
        try
        {
            return await ExchangeSimulator.StartAsync(options, clock);
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException)
        {
            throw new CommandException($"The simulator cannot serve {options.Host}:{options.Port}: {(error.InnerException ?? error).Message}. Choose another address with --port and --listen.", error);
        }
    }
}
