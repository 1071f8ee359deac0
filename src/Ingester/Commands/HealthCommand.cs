using System.CommandLine;
using Ingester.Errors;

namespace Ingester.Commands;

/// <summary><c>ingester health</c>: the health check of a container.</summary>
internal static class HealthCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var address = new Argument<Uri?>("ADDRESS")
        {
            Description = "Address of a recorder's status page.",
            DefaultValueFactory = _ => new("http://127.0.0.1:8080"),
            CustomParser = CommonArguments.ParseAddress,
        };
        var ready = new Option<bool>("--ready") { Description = "Check readiness (everything configured is recorded) instead of liveness." };
        var command = new Command("health", "Checks the health of a running recorder: exit code 0 when it is healthy.") { address, ready };
        command.SetAction(async (line, cancel) =>
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
            var page = new Uri(line.GetRequiredValue(address)!, line.GetValue(ready) ? "/ready" : "/health");
            try
            {
                using var response = await http.GetAsync(page, cancel);
                Console.WriteLine(await response.Content.ReadAsStringAsync(cancel));
                return response.IsSuccessStatusCode ? ExitCodes.Succeeded : ExitCodes.Failed;
            }
            catch (HttpRequestException error)
            {
                throw new CommandException($"{page} does not answer: {error.Message}", error) { ExitCode = ExitCodes.Failed };
            }
        });
        return command;
    }
}
