using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Ingester.Checking;
using Ingester.Core.Exchanges;
using Ingester.Errors;
using Spectre.Console;

namespace Ingester.Commands;

/// <summary><c>ingester check</c>: records an exchange for some minutes and reports whether it sends what the program expects.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(Console.IsErrorRedirected ? 60 : 1);
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static readonly Argument<IExchange> Exchange = CommonArguments.Exchange();

    private static readonly Option<double> Minutes = CommonArguments.WithRange(
        new Option<double>("--minutes") { Description = "How long it records. Below 3 minutes no window can be whole, so datasets are not judged.", DefaultValueFactory = _ => 10 }, 0.1, 1440);

    private static readonly Option<string[]> Endpoint = new("--endpoint")
    {
        Description = "Address to use instead of the exchange's own, such as a simulator's http://127.0.0.1:9700/binance. An http address replaces REST and, with ws in place of http, "
            + "WebSockets; a ws address replaces WebSockets only. Can be repeated.",
    };

    private static readonly Option<string[]> Market = new("--market")
    {
        Description = "Pattern of the markets to record, such as BTC-*, at most 50 markets; can be repeated. Default: of each type two that are usually busy and two others.",
    };

    private static readonly Option<string?> Output = new("--output") { Description = "Folder of the report, which must not exist or be empty. Default: check-EXCHANGE-TIME." };

    private static readonly Option<bool> Json = CommonArguments.Json("Print report.json.");

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("check", """
            Records some markets of an exchange for ten minutes and reports whether the exchange sends what this program expects.

            It requests the market list, subscribes all datasets of a sample of markets, and writes report.md, report.json, the exchange's messages (raw/)
            and the recorded objects (store/) into a folder. Settings files and the environment are not read. Ctrl+C ends the recording early; the report is still written.
            The exit code is 0 when everything passed, 1 when something is wrong, 3 when a part could not be judged, such as a dataset without an event.
            """)
        {
            Exchange, Minutes, Endpoint, Market, Output, Json,
        };
        command.Validators.Add(ValidateEndpoints);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var exchange = line.GetRequiredValue(Exchange);
        var endpoints = line.GetValue(Endpoint) ?? [];
        var folder = CreateFolder(line.GetValue(Output) ?? $"check-{exchange.Profile.Name}-{TimeProvider.System.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}");
        var duration = TimeSpan.FromMinutes(line.GetValue(Minutes));
        var check = new ExchangeCheck(new()
        {
            Exchange = exchange,
            Duration = duration,
            Folder = folder,
            WebSocket = endpoints.LastOrDefault(IsWebSocket) ?? WebSocketOf(endpoints.LastOrDefault()),
            Rest = endpoints.LastOrDefault(address => !IsWebSocket(address)),
            Markets = line.GetValue(Market) ?? [],
        });
        var began = TimeProvider.System.GetTimestamp();
        CheckReport report;
        await using (new ProgressLine(ProgressInterval, () => $"{TimeProvider.System.GetElapsedTime(began):h\\:mm\\:ss} of {duration:h\\:mm\\:ss}, {check.Frames:N0} frames"))
            report = await check.RunAsync(cancel);
        var json = JsonSerializer.Serialize(report, Indented);
        await File.WriteAllTextAsync(Path.Combine(folder, "report.json"), json + "\n", CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), ReportText.Format(report), CancellationToken.None);
        if (line.GetValue(Json))
            Console.WriteLine(json);
        else
            WriteSummary(report, folder);
        return report.ExitCode;
    }

    private static void WriteSummary(CheckReport report, string folder)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("part", "verdict", "why");
        foreach (var part in report.Parts)
            table.AddRow(part.Name, ReportText.Word(part.Verdict), Markup.Escape(string.Join(" ", part.Reasons)));
        var screen = Screen.Open();
        screen.Write(table);
        screen.WriteLine($"{report.Exchange}: {ReportText.Word(report.Verdict)}. {Path.Combine(folder, "report.md")} has the numbers.");
    }

    private static void ValidateEndpoints(CommandResult result)
    {
        foreach (var address in result.GetValue(Endpoint) ?? [])
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "ws" or "wss"))
                result.AddError($"--endpoint {address} is not a URL that begins with http://, https://, ws:// or wss://.");
    }

    private static bool IsWebSocket(string address) => address.StartsWith("ws", StringComparison.OrdinalIgnoreCase);

    /// <summary>The WebSocket address at the same place as an http address.</summary>
    private static string? WebSocketOf(string? address) => address is null ? null : $"ws{address["http".Length..]}";

    private static string CreateFolder(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CommandException($"The folder {folder} is not empty. Choose another one with --output.");
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The folder {folder} cannot be created: {failure.Message}", failure);
        }
    }
}
