using System.Diagnostics;
using Ingester.Paper.Settings;

namespace Ingester.Paper.Demo;

/// <summary>Runs commands of <c>ingester</c> for the demo.</summary>
/// <param name="path">Its path: an executable, or a file with the extension <c>.dll</c>.</param>
internal sealed class IngesterProgram(string path)
{
    private const string FileName = "ingester.dll";

    /// <summary>Finds the program: in the folder of this program, where the repository builds it, or on the PATH.</summary>
    /// <exception cref="SettingsException">It is not found.</exception>
    public static IngesterProgram Find(string? given)
    {
        var own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        var built = own.Replace($"{Path.DirectorySeparatorChar}Ingester.Paper{Path.DirectorySeparatorChar}bin", $"{Path.DirectorySeparatorChar}Ingester{Path.DirectorySeparatorChar}bin", StringComparison.Ordinal);
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(static folder => folder.Length > 0).Select(static folder => Path.Combine(folder, "ingester"));
        string?[] candidates = given is not null ? [given] : [Path.Combine(own, FileName), Path.Combine(built, FileName), .. onPath];
        return new(Array.Find(candidates, File.Exists)
            ?? throw new SettingsException(given is null ? "The program ingester was not found. Give its path with --ingester." : $"--ingester {given}: the file does not exist."));
    }

    /// <summary>Runs a command and waits for its end.</summary>
    /// <param name="allowed">The exit codes that are no failure.</param>
    /// <param name="cancellation">Ends the command.</param>
    /// <param name="arguments">The arguments.</param>
    /// <exception cref="IOException">It failed; the message has its error output.</exception>
    public async Task RunAsync(IReadOnlyList<int> allowed, CancellationToken cancellation, params string[] arguments)
    {
        var isLibrary = path.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isLibrary ? "dotnet" : path) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in isLibrary ? [path, .. arguments] : arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (!allowed.Contains(process.ExitCode))
            throw new IOException($"ingester {string.Join(' ', arguments)} failed with the exit code {process.ExitCode}: {await errors}{await output}");
    }
}
