using System.CommandLine;
using Ingester.Demo;
using Ingester.Errors;

namespace Ingester.Commands;

/// <summary><c>ingester demo</c>: runs a simulator and two replicas on one machine, and verifies what they stored.</summary>
internal static class DemoCommand
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Directory for objects and logs; each run creates its own subdirectory.",
        DefaultValueFactory = _ => "data",
    };

    private static readonly Option<int> Seconds = CommonArguments.Requiring(
        new Option<int>("--seconds") { Description = "How many seconds the exchanges send; at least 20.", DefaultValueFactory = _ => 32 },
        seconds => seconds >= 20,
        seconds => $"--seconds {seconds} is too short: the minimum is 20 seconds.");

    private static readonly Option<bool> Stay = new("--stay") { Description = "Keep the recorders and the dashboard running until Ctrl+C; then the store is not compared." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("demo", "Runs simulated exchanges and two replicas on this machine, compares the stored data with what was sent, then exports and certifies it. Needs no network, account or Docker, and takes about a minute.")
        {
            Data, Seconds, Stay,
        };
        command.SetAction(async (line, cancel) =>
        {
            var plan = new DemoPlan
            {
                Folder = Path.Combine(line.GetRequiredValue(Data), $"demo-{TimeProvider.System.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}"),
                Seconds = line.GetValue(Seconds),
                Stays = line.GetValue(Stay),
            };
            CreateFolder(plan.Folder);
            return await new Demonstration(plan, Screen.Open()).RunAsync(cancel) ? ExitCodes.Succeeded : ExitCodes.Failed;
        });
        return command;
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The demo cannot write to {Path.GetFullPath(folder)}: {failure.Message} Choose another directory with --data.", failure)
            {
                ExitCode = ExitCodes.Failed,
            };
        }
    }
}
