using System.CommandLine;

namespace Ingester.Commands;

/// <summary><c>ingester health</c>: what a container's health check calls.</summary>
internal static class HealthCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var address = new Argument<Uri?>("ADDRESS")
        {
            Description = "Where a recorder serves its status.",
            DefaultValueFactory = _ => new("http://127.0.0.1:8080"),
            CustomParser = Arguments.Address,
        };
        var ready = new Option<bool>("--ready") { Description = "Ask whether it records what it was asked to, not only whether it lives." };
        var command = new Command("health", "Asks a running recorder how it is: exit code 0 when it is well.") { address, ready };
        command.SetAction(CommandRunner.Guard(async (line, cancel) =>
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
            var page = new Uri(line.GetRequiredValue(address)!, line.GetValue(ready) ? "/ready" : "/health");
            try
            {
                using var answer = await http.GetAsync(page, cancel);
                Console.WriteLine(await answer.Content.ReadAsStringAsync(cancel));
                return answer.IsSuccessStatusCode ? CommandRunner.Done : CommandRunner.Failed;
            }
            catch (HttpRequestException error)
            {
                throw new CommandException($"{page} does not answer: {error.Message}", error) { ExitCode = CommandRunner.Failed };
            }
        }));
        return command;
    }
}
