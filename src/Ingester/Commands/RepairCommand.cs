using System.CommandLine;
using System.Text.Json;
using Ingester.Hosting;

namespace Ingester.Commands;

/// <summary><c>ingester repair</c>: makes whole what fragments prove complete.</summary>
internal static class RepairCommand
{
    private static readonly ScopeOptions Scope = new("repaired");
    private static readonly Option<string> Store = Arguments.Store();
    private static readonly Option<string> Prefix = Arguments.Prefix();
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("repair", """
            Makes windows whole that no replica saw whole, where fragments together prove them complete.

            The whole object gets exactly the rows, and the key, that a replica without interruption would have written. Nothing is replaced or deleted,
            and running it again changes nothing. The exit code is 1 when a window that is complete in fragments could not be made whole.
            """)
        {
            Store, Prefix, Json,
        };
        Scope.AddTo(command);
        command.SetAction(CommandRunner.Guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using var archive = await Stores.ReadAsync(line.GetRequiredValue(Store), line.GetRequiredValue(Prefix), cancel);
        var report = await archive.RepairAsync(Scope.Read(line), cancel);
        if (line.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        }
        else
        {
            foreach (var window in report.Repaired)
                Console.WriteLine($"{(window.Written ? "whole now" : "was whole")}: {window.Key}, {window.Rows:N0} rows");
            foreach (var sentence in report.Left)
                Console.WriteLine(sentence);
            Console.WriteLine($"{report.Repaired.Count(window => window.Written):N0} windows made whole, {report.Left.Count:N0} left in fragments.");
        }

        return report.Left.Count == 0 ? CommandRunner.Done : CommandRunner.Failed;
    }
}
