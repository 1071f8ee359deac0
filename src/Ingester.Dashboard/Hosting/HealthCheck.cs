using System.CommandLine;

namespace Ingester.Dashboard.Hosting;

/// <summary><c>ingester-dashboard health</c>: the health check of a container.</summary>
internal static class HealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>The command.</summary>
    public static Command CreateCommand()
    {
        var address = new Argument<string>("ADDRESS") { Description = "Address of a running dashboard.", DefaultValueFactory = _ => "http://127.0.0.1:8090" };
        var command = new Command("health", "Checks a running dashboard: exit code 0 when it answers.") { address };
        command.SetAction((line, cancel) => RunAsync(line.GetRequiredValue(address), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var page))
        {
            await Console.Error.WriteLineAsync($"'{address}' is not a URL that begins with http:// or https://.");
            return ExitCodes.InvalidUsage;
        }

        using var http = new HttpClient { Timeout = Timeout };
        try
        {
            using var response = await http.GetAsync(new Uri(page, ReaderAccess.HealthPath), cancel);
            Console.Write(await response.Content.ReadAsStringAsync(cancel));
            return response.IsSuccessStatusCode ? ExitCodes.Succeeded : ExitCodes.Failed;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {failure.Message}");
            return ExitCodes.Failed;
        }
    }
}
