using System.CommandLine;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Errors;
using Ingester.Reading.Merging;
using Ingester.Replaying;

namespace Ingester.Commands;

/// <summary><c>ingester merge</c>: prints one stream as one sequence.</summary>
internal static class MergeCommand
{
    private static readonly Argument<IExchange> Exchange = CommonArguments.Exchange();
    private static readonly Argument<string> Pair = CommonArguments.Pair();
    private static readonly Option<string[]> Dataset = CommonArguments.Datasets("Dataset to read. Default: trades.", "trades");
    private static readonly Option<DateTimeOffset> From = CommonArguments.Moment("--from", "The first moment.");
    private static readonly Option<DateTimeOffset> To = CommonArguments.Moment("--to", "The first moment after.");
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
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        if (line.GetRequiredValue(Dataset) is not [var dataset])
            throw new CommandException("merge accepts one dataset; use replay for several.");
        var (from, to, all) = (line.GetRequiredValue(From), line.GetRequiredValue(To), line.GetValue(Variants));
        ArchiveOptions.RequirePeriod(from, to);
        var exchange = line.GetRequiredValue(Exchange).Profile.Name;
        using var archive = await Archive.OpenAsync(line, cancel);
        var stream = new StreamId(CommonArguments.ParseDataset(dataset), exchange, line.GetRequiredValue(Pair));
        await ArchiveOptions.RequireStreamAsync(archive, stream, from, to, cancel);
        await using var output = new RowOutput();
        var degraded = false;
        await foreach (var marketEvent in archive.ReadEventsAsync(stream, from, to, all, cancel))
            if (marketEvent.Kind == MarketEventKind.Row)
            {
                await output.WriteAsync(all ? EventLineWriter.WithVariant(marketEvent) : marketEvent.Row, cancel);
            }
            else
            {
                degraded |= EventLineWriter.IsIncomplete(marketEvent);
                await Console.Error.WriteLineAsync(EventLineWriter.Describe(marketEvent));
            }

        return degraded ? ExitCodes.Incomplete : ExitCodes.Succeeded;
    }
}
