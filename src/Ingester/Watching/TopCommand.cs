using System.CommandLine;
using Ingester.Commands;
using Ingester.Core.Status;
using Ingester.Errors;
using Spectre.Console;

namespace Ingester.Watching;

/// <summary><c>ingester top</c>: what the dashboard's page <i>Now</i> shows, in a terminal.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private static readonly Argument<Uri[]> Recorders = new("ADDRESS")
    {
        Description = "Status pages of the recorders. Default: http://127.0.0.1:8080.",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = static result => [.. result.Tokens.Select(token => ParseAddress(token.Value, result)).OfType<Uri>()],
        DefaultValueFactory = _ => [new("http://127.0.0.1:8080")],
    };

    private static readonly Option<bool> Once = new("--once") { Description = "Print the state once and end; the default when the output is not a terminal. The exit code is 1 when anything is wrong." };

    private static readonly Option<TimeSpan?> Every = CommonArguments.Duration("--every", "How often the recorders are asked. Default: 1s.");

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("top", """
            Shows whether anything is wrong with running recorders, and what: connections, streams, events, lag, objects that are not stored yet, open gaps.

            For example:  ingester top http://127.0.0.1:8081 http://127.0.0.1:8082
            """)
        {
            Recorders, Once, Every,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = RequestTimeout };
        var clients = line.GetRequiredValue(Recorders).Select(address => new StatusClient(http, address, TimeProvider.System)).ToList();
        var screen = Screen.Open();
        if (line.GetValue(Once) || Console.IsOutputRedirected)
        {
            var views = await ReadAsync(clients, cancel);
            screen.Write(TopView.Render(views));
            return Diagnosis.Of(views).IsWrong ? ExitCodes.Failed : ExitCodes.Succeeded;
        }

        using var timer = new PeriodicTimer(line.GetValue(Every) ?? TimeSpan.FromSeconds(1));
        await screen.Live(TopView.Render(await ReadAsync(clients, cancel))).StartAsync(async live =>
        {
            while (await WaitAsync(timer, cancel))
                live.UpdateTarget(TopView.Render(await ReadAsync(clients, cancel)));
        });
        return ExitCodes.Succeeded;
    }

    /// <summary>Waits for the next tick; false when the command is stopped.</summary>
    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken cancel)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<IReadOnlyList<RecorderView>> ReadAsync(IReadOnlyList<StatusClient> clients, CancellationToken cancel)
    {
        try
        {
            return await Task.WhenAll(clients.Select(client => client.ReadAsync(cancel)));
        }
        catch (OperationCanceledException)
        {
            return [.. clients.Select(client => client.View)];
        }
    }

    private static Uri? ParseAddress(string text, System.CommandLine.Parsing.ArgumentResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"'{text}' is not a URL that begins with http:// or https://.");
        return null;
    }
}
