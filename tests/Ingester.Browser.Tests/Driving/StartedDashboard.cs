using System.Diagnostics;
using Ingester.Demo;
using Ingester.Testing;

namespace Ingester.Browser.Tests.Driving;

/// <summary>The dashboard in a process of its own, on this machine only.</summary>
internal sealed class StartedDashboard : IDisposable
{
    private const string Ready = "The dashboard is at";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process process;
    private readonly List<string> said = [];
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StartedDashboard(Uri address, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        Address = address;
        var start = new ProcessStartInfo("dotnet", [Program(), "--listen", address.GetLeftPart(UriPartial.Authority), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"The dashboard ended with exit code {process.ExitCode}:\n{Said}"));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The address of its pages.</summary>
    public Uri Address { get; }

    /// <summary>Everything that it said so far.</summary>
    public string Said
    {
        get
        {
            lock (said)
                return string.Join('\n', said);
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="arguments">Its command line, without the address.</param>
    public static Task<StartedDashboard> StartAsync(params string[] arguments) => StartAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Starts it with further environment variables.</summary>
    public static async Task<StartedDashboard> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var started = new StartedDashboard(new($"http://127.0.0.1:{ReplicaProcess.FreePort()}"), arguments, environment);
        try
        {
            await started.ready.Task.WaitAsync(Patience);
            return started;
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>The address of a page.</summary>
    /// <param name="path">Path and query, without a slash at the start.</param>
    public Uri Page(string path) => new(Address, path);

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    /// <summary>The program in its own output folder, of the same configuration as the tests.</summary>
    private static string Program()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(Corpus.Repository, "src", "Ingester.Dashboard", "bin", output.Parent!.Name, output.Name, "ingester-dashboard.dll");
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (said)
            said.Add(line);
        if (line.StartsWith(Ready, StringComparison.Ordinal))
            ready.TrySetResult();
    }
}
