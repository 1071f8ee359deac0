using System.CommandLine;
using Ingester.Commands;
using Ingester.Errors;
using Ingester.Hosting;

namespace Ingester.Exporting;

/// <summary><c>ingester serve --exports</c>: serves exported files over HTTP.</summary>
internal static class ServeCommand
{
    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<bool> Exports = new("--exports") { Description = "Serve the exported CSV files." };

    private static readonly Option<Uri?> Listen = new("--listen")
    {
        Description = "The address of the server. Default: http://127.0.0.1:9801, this machine only.",
        CustomParser = CommonArguments.ParseAddress,
        DefaultValueFactory = _ => new("http://127.0.0.1:9801"),
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("serve", """
            Serves exported CSV files at the addresses that clients of the Tardis files use: GET /v1/{exchange}/{dataType}/{yyyy}/{MM}/{dd}/{SYMBOL}.csv.gz.

            The server only reads, and has no access control: use a reverse proxy where others than this machine can reach it.
            """)
        {
            Exports, Listen,
        };
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        if (!line.GetValue(Exports))
            throw new CommandException("serve requires --exports.");
        var store = await StoreFactory.OpenExistingAsync(Archive.ReadSettings(line).Store, cancel);
        await new ExportServer(store, Archive.Prefix(line).Trim('/')).RunAsync(line.GetRequiredValue(Listen)!, address => Console.WriteLine($"Serving exported files at {address}/v1/. Ctrl+C stops."), cancel);
        return ExitCodes.Succeeded;
    }
}
