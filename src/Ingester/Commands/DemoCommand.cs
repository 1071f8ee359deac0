using System.CommandLine;
using Ingester.Demo;

namespace Ingester.Commands;

/// <summary><c>ingester demo</c>: everything at work on one machine.</summary>
internal static class DemoCommand
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Where objects and logs go, in a folder of their own for each run.",
        DefaultValueFactory = _ => "data",
    };

    private static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "How long the exchanges send, at least 20 seconds.",
        DefaultValueFactory = _ => 32,
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("demo", "Shows the system at work without network, account or Docker, and proves what it stored. Takes under a minute.")
        {
            Data, Seconds,
        };
        command.SetAction(CommandRunner.Guard(async (line, cancel) =>
        {
            var seconds = line.GetValue(Seconds);
            if (seconds < 20)
                throw new CommandException($"--seconds {seconds} is too short: nothing is proven below 20 seconds.");
            var plan = new DemoPlan
            {
                Folder = Path.Combine(line.GetRequiredValue(Data), $"demo-{TimeProvider.System.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}"),
                Seconds = seconds,
            };
            CreateFolder(plan.Folder);
            return await new Demonstration(plan, Screen.Open()).RunAsync(cancel) ? CommandRunner.Done : CommandRunner.Failed;
        }));
        return command;
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The demonstration cannot write to {Path.GetFullPath(folder)}: {refused.Message} --data names another directory.", refused)
            {
                ExitCode = CommandRunner.Failed,
            };
        }
    }
}
