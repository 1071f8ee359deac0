using System.Diagnostics;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>Publishes programs as the Dockerfile does: compiled ahead of time (ReadyToRun).</summary>
internal static class Published
{
    private const string Solution = "Ingester.sln";

    /// <summary>Publishes the recorder from the sources of this program; returns the command that starts it.</summary>
    public static Task<string[]> RecorderAsync() => PublishAsync("src/Ingester/Ingester.csproj", "ingester.dll");

    /// <summary>Publishes the dashboard; returns the command that starts it.</summary>
    public static Task<string[]> DashboardAsync() => PublishAsync("src/Ingester.Dashboard/Ingester.Dashboard.csproj", "ingester-dashboard.dll");

    /// <summary>Publishes this program, which can host the recorder; returns the command that starts it.</summary>
    public static Task<string[]> HostAsync() => PublishAsync("tests/Ingester.Benchmarks/Ingester.Benchmarks.csproj", "Ingester.Benchmarks.dll");

    private static async Task<string[]> PublishAsync(string project, string program)
    {
        var root = Root();
        var output = Path.Combine(AppContext.BaseDirectory, "published", Path.GetFileNameWithoutExtension(program));
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(root, project), "--configuration", "Release", "--use-current-runtime", "--self-contained", "false",
            "-p:PublishReadyToRun=true", "--output", output, "--nologo", "-v", "quiet",
        ])
        { RedirectStandardOutput = true, UseShellExecute = false };
        using var publish = Process.Start(start)!;
        var words = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? ["dotnet", Path.Combine(output, program)] : throw new InvalidOperationException($"Publishing failed: {words}");
    }

    /// <summary>The root of the repository from which this program was built.</summary>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder.FullName;
        throw new InvalidOperationException($"There is no {Solution} above {AppContext.BaseDirectory}: name a build with --recorder.");
    }
}
