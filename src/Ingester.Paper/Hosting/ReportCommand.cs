using System.CommandLine;
using System.Text.Json;
using Ingester.Paper.Journal;
using Ingester.Paper.Report;
using Ingester.Paper.Settings;
using Ingester.Reading;

namespace Ingester.Paper.Hosting;

/// <summary><c>ingester-paper report</c>.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string?> Run = new("run") { Description = "The run. Default: the only one in the store.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };
    private static readonly Option<bool> WithoutStore = new("--as-known") { Description = "Use the evidence that the run itself had, without asking the store what is proven now." };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var store = new StoreArguments();
        var command = new Command("report", "Prints the result of a run, and the share of it that rests on proven data.") { Run, Json, WithoutStore };
        store.AddTo(command);
        command.SetAction((line, cancel) => ReportAsync(line, store, cancel));
        return command;
    }

    /// <summary>The run that a command names, or the only one.</summary>
    /// <exception cref="SettingsException">There is none, or there are several.</exception>
    public static async Task<string> FindRunAsync(JournalStore journals, string? name, CancellationToken cancellation)
    {
        if (name is not null)
            return name;
        var runs = await journals.ListRunsAsync(cancellation);
        return runs.Count switch
        {
            1 => runs[0],
            0 => throw new SettingsException("The store has no run."),
            _ => throw new SettingsException($"The store has {runs.Count} runs: name one of {string.Join(", ", runs.TakeLast(20))}."),
        };
    }

    private static async Task<int> ReportAsync(ParseResult line, StoreArguments storeArguments, CancellationToken cancellation)
    {
        var (store, prefix) = (storeArguments.Open(line, TimeProvider.System), storeArguments.Prefix(line));
        using var archive = new MarketArchive(store, prefix, TimeProvider.System);
        var journals = new JournalStore(store, prefix, TimeProvider.System);
        var run = await FindRunAsync(journals, line.GetValue(Run), cancellation);
        var report = await new ReportBuilder(new(journals), line.GetValue(WithoutStore) ? null : new(archive)).BuildAsync(run, cancellation);
        Console.Write(line.GetValue(Json) ? JsonSerializer.Serialize(report, ReportJson.Default.PaperReport) + "\n" : PaperReportText.Write(report));
        return report.Unreadable.Count == 0 ? ExitCodes.Succeeded : ExitCodes.Incomplete;
    }
}
