using System.CommandLine;
using System.Text.Json;
using Ingester.Paper.Journal;
using Ingester.Paper.Report;

namespace Ingester.Paper.Hosting;

/// <summary><c>ingester-paper verify-journal</c>.</summary>
internal static class VerifyJournalCommand
{
    private static readonly Argument<string?> Run = new("run") { Description = "The run. Default: the only one in the store.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var store = new StoreArguments();
        var command = new Command("verify-journal", "Checks every block of a journal: its hash, its place in the chain, and that none is missing.") { Run, Json };
        store.AddTo(command);
        command.SetAction((line, cancel) => VerifyAsync(line, store, cancel));
        return command;
    }

    private static async Task<int> VerifyAsync(ParseResult line, StoreArguments storeArguments, CancellationToken cancellation)
    {
        var journals = new JournalStore(storeArguments.Open(line, TimeProvider.System), storeArguments.Prefix(line), TimeProvider.System);
        var run = await ReportCommand.FindRunAsync(journals, line.GetValue(Run), cancellation);
        var check = await new RunJournalReader(journals).VerifyAsync(run, cancellation);
        if (line.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(new JournalCheckReport("paper-verify-1", check.Run, check.Blocks, check.Lines, check.Head, check.IsEnded, check.Problems), ReportJson.Default.JournalCheckReport));
        }
        else
        {
            foreach (var problem in check.Problems)
                Console.WriteLine(problem);
            Console.WriteLine(check.Problems.Count == 0
                ? $"The journal of {check.Run} is intact: {check.Blocks} blocks, {check.Lines} lines, head {check.Head}{(check.IsEnded ? "" : "; the run has not ended, so that later blocks may be missing")}."
                : $"The journal of {check.Run} is damaged: {check.Problems.Count} of {check.Blocks} blocks.");
        }

        return check.Problems.Count > 0 ? ExitCodes.Failed : check.IsEnded ? ExitCodes.Succeeded : ExitCodes.Incomplete;
    }
}
