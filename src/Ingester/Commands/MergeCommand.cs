using System.CommandLine;
using Ingester.Core.Reading;
using Ingester.Replaying;

namespace Ingester.Commands;

/// <summary><c>ingester merge</c>: one stream as one sequence.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string> Exchange = Arguments.Exchange();
    private static readonly Argument<string> Pair = new("PAIR") { Description = "The market's canonical name, such as BTC-USDT." };
    private static readonly Option<string[]> Dataset = Arguments.Datasets("What is read, trades by default.", "trades");
    private static readonly Option<DateTimeOffset> From = Arguments.Moment("--from", "The first moment.");
    private static readonly Option<DateTimeOffset> To = Arguments.Moment("--to", "The first moment after.");
    private static readonly ArchiveOptions Archive = new();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("merge", """
            Prints one stream as one sequence: the stored rows of whole objects, fragments and repairs, each event once and in order.

            Rows go to the output as JSON lines, exactly as they are stored. What is missing, not proven or not readable is said on the error stream, and
            the exit code is then 1.
            """)
        {
            Exchange, Pair, Dataset, From, To,
        };
        Archive.AddTo(command);
        command.SetAction(CommandRunner.Guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        if (line.GetRequiredValue(Dataset) is not [var dataset])
            throw new CommandException("merge prints one dataset; replay unites several.");
        using var archive = await Archive.OpenAsync(line, cancel);
        var stream = new Core.Markets.StreamId(
            Arguments.Dataset(dataset), Arguments.Find(line.GetRequiredValue(Exchange)).Profile.Name, line.GetRequiredValue(Pair));
        await using var output = new RowOutput();
        var marks = 0;
        await foreach (var found in archive.EventsAsync(stream, line.GetRequiredValue(From), line.GetRequiredValue(To), cancel))
            if (found.Kind == MarketEventKind.Row)
            {
                await output.WriteAsync(found.Row, cancel);
            }
            else
            {
                marks++;
                await Console.Error.WriteLineAsync(EventLine.Say(found));
            }

        return marks == 0 ? CommandRunner.Done : CommandRunner.Failed;
    }
}
