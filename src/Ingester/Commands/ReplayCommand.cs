using System.CommandLine;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Errors;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Replaying;

namespace Ingester.Commands;

/// <summary><c>ingester replay</c>: replays several streams in time order at a chosen speed.</summary>
internal static class ReplayCommand
{
    private static readonly Argument<IExchange> Exchange = CommonArguments.Exchange();

    private static readonly Argument<string[]> Pairs = new("PAIR")
    {
        Description = "Markets by their canonical names, such as BTC-USDT.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string[]> Datasets = CommonArguments.Datasets("Datasets to replay. Default: trades and depth.", "trades", "depth");
    private static readonly Option<DateTimeOffset> From = CommonArguments.Moment("--from", "The first moment.");
    private static readonly Option<DateTimeOffset> To = CommonArguments.Moment("--to", "The first moment after.");
    private static readonly ArchiveOptions Archive = new();

    private static readonly Option<double?> Speed = CommonArguments.Requiring(
        new Option<double?>("--speed") { Description = "Replay speed: recorded seconds per real second; 0 is as fast as possible. Default: 0 when printing, 1 with --serve." },
        speed => speed >= 0,
        _ => "--speed must not be negative.");

    private static readonly Option<Uri?> Serve = new("--serve")
    {
        Description = "Serve WebSocket clients at this address, such as http://127.0.0.1:9800, instead of printing.",
        CustomParser = CommonArguments.ParseAddress,
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("replay", """
            Replays recorded streams in order of time, as JSON lines or to WebSocket clients.

            Each line is {"exchange":…,"pair":…,"dataset":…,"row":{…}} with the stored row, or a mark {…,"mark":"gap",…} where data is missing, disputed, not
            proven, not readable or in conflict with another row of the same ids; marks are also written to standard error as text, and the exit code is then 3. With --serve each client receives the complete replay at its own speed: ws://127.0.0.1:9800/?speed=10.
            """)
        {
            Exchange, Pairs, Datasets, From, To, Speed, Serve,
        };
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var exchange = line.GetRequiredValue(Exchange).Profile.Name;
        var (from, to) = (line.GetRequiredValue(From), line.GetRequiredValue(To));
        ArchiveOptions.RequirePeriod(from, to);
        List<StreamId> streams =
        [
            .. from pair in line.GetRequiredValue(Pairs).Distinct(StringComparer.Ordinal)
               from dataset in line.GetRequiredValue(Datasets).Distinct(StringComparer.Ordinal)
               select new StreamId(CommonArguments.ParseDataset(dataset), exchange, pair),
        ];
        using var archive = await Archive.OpenAsync(line, cancel);
        await RequireStreamsAsync(archive, streams, from, to, cancel);
        if (line.GetValue(Serve) is { } address)
        {
            var server = new ReplayServer(stop => archive.ReadEventsAsync(streams, from, to, stop), line.GetValue(Speed) ?? 1);
            await server.RunAsync(address, listening => Console.WriteLine($"Replaying {streams.Count} streams at {listening}. Ctrl+C stops."), cancel);
            return ExitCodes.Succeeded;
        }

        return await PrintAsync(archive.ReadEventsAsync(streams, from, to, cancel), new(line.GetValue(Speed) ?? 0, TimeProvider.System), cancel);
    }

    private static async Task<int> PrintAsync(IAsyncEnumerable<MarketEvent> events, ReplayPace pace, CancellationToken cancel)
    {
        var (text, degraded) = (new EventLineWriter(), false);
        await using var output = new RowOutput();
        await foreach (var marketEvent in events)
        {
            if (pace.DelayUntil(marketEvent.Micros) is { Ticks: > 0 } wait)
            {
                await output.FlushAsync(cancel);
                await Task.Delay(wait, TimeProvider.System, cancel);
            }

            degraded |= EventLineWriter.IsIncomplete(marketEvent);
            if (marketEvent.Kind != MarketEventKind.Row)
                await Console.Error.WriteLineAsync(EventLineWriter.Describe(marketEvent));
            await output.WriteAsync(text.Write(marketEvent), cancel);
        }

        return degraded ? ExitCodes.Incomplete : ExitCodes.Succeeded;
    }

    /// <summary>Requires at least one of the datasets for each market: not every dataset is recorded for every market.</summary>
    private static async Task RequireStreamsAsync(MarketArchive archive, List<StreamId> streams, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        foreach (var market in streams.GroupBy(stream => stream.Market).ToList())
        {
            CommandException? failure = null;
            foreach (var stream in market)
                try
                {
                    await ArchiveOptions.RequireStreamAsync(archive, stream, from, to, cancel);
                    failure = null;
                    break;
                }
                catch (CommandException unknown)
                {
                    failure = unknown;
                }

            if (failure is not null)
                throw new CommandException(failure.Message, failure);
        }
    }
}
