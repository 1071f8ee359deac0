using System.Diagnostics;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The program as its image runs it: compiled ahead (ReadyToRun), as the Dockerfile publishes it.</summary>
internal static class Published
{
    private const string Solution = "Ingester.sln";

    /// <summary>Publishes the program from the source that this one was built from; the command that starts it.</summary>
    public static async Task<string[]> PublishAsync()
    {
        var root = Root();
        var output = Path.Combine(AppContext.BaseDirectory, "published");
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(root, "src/Ingester/Ingester.csproj"), "--configuration", "Release", "--use-current-runtime", "--self-contained", "false",
            "-p:PublishReadyToRun=true", "--output", output, "--nologo", "-v", "quiet",
        ])
        { RedirectStandardOutput = true, UseShellExecute = false };
        using var publish = Process.Start(start)!;
        var words = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? ["dotnet", Path.Combine(output, "ingester.dll")] : throw new InvalidOperationException($"It could not be published: {words}");
    }

    /// <summary>The repository that this program was built from.</summary>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder.FullName;
        throw new InvalidOperationException($"There is no {Solution} above {AppContext.BaseDirectory}: name a build with --recorder.");
    }
}
