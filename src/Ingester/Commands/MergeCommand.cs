using System.CommandLine;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Replaying;

namespace Ingester.Commands;

/// <summary><c>ingester merge</c>: prints one stream as one sequence.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string> Exchange = Arguments.Exchange();
    private static readonly Argument<string> Pair = new("PAIR") { Description = "The market's canonical name, such as BTC-USDT." };
    private static readonly Option<string[]> Dataset = Arguments.Datasets("Dataset to read. Default: trades.", "trades");
    private static readonly Option<DateTimeOffset> From = Arguments.Moment("--from", "The first moment.");
    private static readonly Option<DateTimeOffset> To = Arguments.Moment("--to", "The first moment after.");
    private static readonly Option<bool> Variants = new("--variants")
    {
        Description = "Print the rows of all replicas for disputed windows. Each line is then {\"row\":{…}}, in a disputed window {\"variant\":\"…\",\"followed\":true,\"row\":{…}}.",
    };

    private static readonly ArchiveOptions Archive = new();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("merge", """
            Prints one stream as one sequence: the stored rows of whole objects, fragments and repairs, each event once and in order.

            Rows are written to standard output as JSON lines, exactly as stored. Missing, disputed, unproven or unreadable parts are reported on standard error,
            and so is each row that contradicts another one with the same ids (a conflict); the exit code is then 3. Where replicas hold different rows for a window and no proof decides, the rows of one replica are printed.
            """)
        {
            Exchange, Pair, Dataset, From, To, Variants,
        };
        Archive.AddTo(command);
        command.SetAction(CommandRunner.Guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        if (line.GetRequiredValue(Dataset) is not [var dataset])
            throw new CommandException("merge accepts one dataset; use replay for several.");
        var (from, to, all) = (line.GetRequiredValue(From), line.GetRequiredValue(To), line.GetValue(Variants));
        ArchiveOptions.RequireOrder(from, to);
        var exchange = Arguments.Find(line.GetRequiredValue(Exchange)).Profile.Name;
        using var archive = await Archive.OpenAsync(line, cancel);
        var stream = new StreamId(Arguments.Dataset(dataset), exchange, line.GetRequiredValue(Pair));
        await ArchiveOptions.RequireAsync(archive, stream, from, to, cancel);
        await using var output = new RowOutput();
        var degraded = false;
        await foreach (var found in archive.EventsAsync(stream, from, to, all, cancel))
            if (found.Kind == MarketEventKind.Row)
            {
                await output.WriteAsync(all ? EventLine.Label(found) : found.Row, cancel);
            }
            else
            {
                degraded |= EventLine.Degrades(found);
                await Console.Error.WriteLineAsync(EventLine.Say(found));
            }

        return degraded ? CommandRunner.Degraded : CommandRunner.Done;
    }
}
