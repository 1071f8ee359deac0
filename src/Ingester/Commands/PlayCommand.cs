using System.Globalization;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Exchanges;
using Ingester.Simulator.Playing;

namespace Ingester.Commands;

/// <summary><c>ingester simulate --play</c>: serves a recording to recorders.</summary>
internal static class PlayCommand
{
    private const string ExchangeFolder = "exchange="; // of raw recordings

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    /// <summary>Serves the recording until it is stopped.</summary>
    public static async Task<int> RunAsync(PlayOptions options, CancellationToken cancel)
    {
        var recording = await PlayableRecording.ReadAsync(FindExchange(options), options.Path, cancel);
        var clock = RecordingPlayer.ClockFor(recording, options.Speed, options.Lead * options.Speed, TimeProvider.System.GetUtcNow());
        await using var player = await StartAsync(recording, options, clock);
        Console.WriteLine(Describe(recording, player, clock));
        await using var progress = new ProgressLine(ProgressInterval, () => $"{player.Played:N0} of {recording.Frames:N0} messages played, {player.Sent:N0} sent");
        var stopped = Task.Delay(Timeout.Infinite, cancel);
        if (await Task.WhenAny(player.Finished, stopped) == player.Finished)
        {
            await player.Finished;
            Console.WriteLine("The recording has ended. Connections stay open. Ctrl+C stops.");
            await Task.WhenAny(stopped);
        }

        return ExitCodes.Succeeded;
    }

    /// <summary>The exchange of the option, else of a folder in the path: <c>exchange=NAME</c>, or the name itself.</summary>
    private static IExchange FindExchange(PlayOptions options)
    {
        var folders = Path.GetFullPath(options.Path).Split(Path.DirectorySeparatorChar).Reverse()
            .Select(name => name.StartsWith(ExchangeFolder, StringComparison.Ordinal) ? name[ExchangeFolder.Length..] : name);
        IEnumerable<string> names = options.Exchange is { } named ? [named] : folders;
        return names.Select(ExchangeCatalog.Find).FirstOrDefault(exchange => exchange is not null)
            ?? throw new CommandException(options.Exchange is { } unknown
                ? $"--exchange: \"{unknown}\" is not an exchange. The exchanges: {string.Join(", ", ExchangeCatalog.All.Select(exchange => exchange.Profile.Name))}."
                : $"No folder of {options.Path} is named like an exchange. Name it with --exchange.");
    }

    private static async Task<RecordingPlayer> StartAsync(PlayableRecording recording, PlayOptions options, ClockOptions clock)
    {
        try
        {
            return await RecordingPlayer.StartAsync(recording, options.Host, options.Port, SimulatedClock.Create(clock));
        }
        catch (Exception error) when (error is IOException or FormatException)
        {
            throw new CommandException($"The player cannot serve {options.Host}:{options.Port}: {(error.InnerException ?? error).Message}. Choose another address with --port and --listen.", error);
        }
    }

    private static string Describe(PlayableRecording recording, RecordingPlayer player, ClockOptions clock)
    {
        var (name, section) = (player.Exchange, $"Exchanges:{player.Exchange}");
        return string.Create(CultureInfo.InvariantCulture, $"""
            {recording.Frames:N0} messages of {name}, {Micros.ToDateTime(recording.FirstMicros):u} to {Micros.ToDateTime(recording.LastMicros):u}. Ctrl+C stops.
            Record them with
              ingester record --exchange '{name}=*' --set {section}:WebSocket={player.WebSocketAddress(name)} --set {section}:Rest={player.RestAddress(name)} --set Clock:Epoch={clock.Epoch:O} --set Clock:Rate={clock.Rate} --set Clock:Offset={clock.Offset:c}
            """);
    }
}
