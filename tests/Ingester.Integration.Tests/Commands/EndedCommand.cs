using System.Diagnostics;
using Ingester.Demo;

namespace Ingester.Integration.Tests.Commands;

/// <summary>The program, run to its end.</summary>
/// <param name="Exit">Its exit code.</param>
/// <param name="Output">What it wrote to its standard output.</param>
/// <param name="Error">What it wrote to its standard error.</param>
internal sealed record EndedCommand(int Exit, string Output, string Error)
{
    /// <summary>Runs it.</summary>
    /// <param name="folder">The folder that it runs in.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="arguments">Its command line.</param>
    public static Task<EndedCommand> RunAsync(string folder, TimeSpan patience, params IEnumerable<string> arguments) => RunAsync(folder, patience, arguments, environment: null);

    /// <summary>Runs it with further environment variables.</summary>
    public static async Task<EndedCommand> RunAsync(string folder, TimeSpan patience, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder };
        string[] line = [.. ReplicaProcess.OwnCommandLine(), .. arguments];
        start.FileName = line[0];
        foreach (var argument in line[1..])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(patience);
        return new(process.ExitCode, await output, await error);
    }
}
