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
            Serves exported CSV files at the paths that clients of the Tardis files request: GET /v1/{exchange}/{dataType}/{yyyy}/{MM}/{dd}/{SYMBOL}.csv.gz.

            The server never writes, and it has no access control. To serve other machines, put a reverse proxy with access control in front of it.
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
