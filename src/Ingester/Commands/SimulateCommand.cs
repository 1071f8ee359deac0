using System.CommandLine;
using Ingester.Core.Segments;
using Ingester.Simulator;

namespace Ingester.Commands;

/// <summary><c>ingester simulate</c>: the simulator alone.</summary>
internal static class SimulateCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "The address to listen on; 0.0.0.0 in a container.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> Port =
        Arguments.Between(new Option<int>("--port") { Description = "The port; 0 is a free one.", DefaultValueFactory = _ => 9700 }, 0, 65_535);

    private static readonly Option<int> Markets =
        Arguments.Between(new Option<int>("--markets") { Description = "How many markets each exchange has.", DefaultValueFactory = _ => 10 }, 1, 100_000);

    private static readonly Option<double> Rate = Arguments.Between(
        new Option<double>("--rate") { Description = "How many events each exchange sends per second; 0 sends none.", DefaultValueFactory = _ => 100 }, 0, 10_000_000);

    private static readonly Option<int> Seed = new("--seed") { Description = "With the same seed every market says the same.", DefaultValueFactory = _ => 1 };

    private static readonly Option<double> Speed = Arguments.Between(
        new Option<double>("--speed")
        {
            Description = "How many minutes of the exchanges' time pass in a minute; the recorder must be given the same clock (Ingester:Clock).",
            DefaultValueFactory = _ => 1,
        },
        0.001, 1000);

    private static readonly Option<DateTimeOffset?> Epoch = new("--epoch") { Description = "The moment at which the faster clock and the real one are equal." };

    private static readonly Option<string?> Truth = new("--truth") { Description = "Write every row that was sent to files in this folder." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("simulate", """
            Serves simulated exchanges in their real wire formats until it is stopped.

            An exchange's addresses begin with ws://HOST:PORT/EXCHANGE and http://HOST:PORT/EXCHANGE. Faults are injected over HTTP: GET /_control lists
            every command with its parameters. For example:
              curl -X POST 'http://127.0.0.1:9700/_control/drop?exchange=binance&dataset=trades&market=BTC-USDT&count=5'
            """)
        {
            Listen, Port, Markets, Rate, Seed, Speed, Epoch, Truth,
        };
        command.SetAction(CommandRunner.Guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var clock = SimulatedClock.From(new() { Rate = line.GetValue(Speed), Epoch = line.GetValue(Epoch) });
        var options = new SimulatorOptions
        {
            Host = line.GetRequiredValue(Listen),
            Port = line.GetValue(Port),
            Markets = line.GetValue(Markets),
            EventsPerSecond = line.GetValue(Rate),
            Seed = line.GetValue(Seed),
            Truth = line.GetValue(Truth) is null ? TruthKeeping.Counts : TruthKeeping.Rows,
            TruthDirectory = line.GetValue(Truth),
        };
        await using var simulator = await StartAsync(options, clock);
        Console.WriteLine($"Simulated exchanges on port {simulator.Port}: {string.Join(", ", simulator.Exchanges)}. Ctrl+C stops.");
        await using var progress = new ProgressLine(ProgressInterval, () => $"{simulator.Counts().Sum(count => count.Sent):N0} events sent");
        await Task.Delay(Timeout.Infinite, cancel).ContinueWith(static _ => { }, TaskScheduler.Default);
        return CommandRunner.Done;
    }

    private static async Task<ExchangeSimulator> StartAsync(SimulatorOptions options, TimeProvider clock)
    {
        try
        {
            return await ExchangeSimulator.StartAsync(options, clock);
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException)
        {
            throw new CommandException($"The simulator cannot serve {options.Host}:{options.Port}: {(error.InnerException ?? error).Message}. --port and --listen choose another address.", error);
        }
    }
}
