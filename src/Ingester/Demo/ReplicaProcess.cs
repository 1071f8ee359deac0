using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Ingester.Status;

namespace Ingester.Demo;

/// <summary>A replica of the recorder in a process of its own.</summary>
internal sealed class ReplicaProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private const int LastLines = 5;

    private readonly HttpClient http;
    private readonly Process process;
    private readonly string log;

    /// <summary>Starts a recorder.</summary>
    /// <param name="name">The replica's name.</param>
    /// <param name="configuration">Its configuration, a JSON file.</param>
    /// <param name="log">Where its output goes.</param>
    /// <param name="environment">What it finds in its environment besides what this process has.</param>
    /// <param name="by">The command, with its arguments, that becomes the recorder; none when it is started directly.</param>
    public ReplicaProcess(string name, string configuration, string log, IReadOnlyDictionary<string, string>? environment = null, IEnumerable<string>? by = null)
    {
        LogPath = log;
        var port = FreePort();
        http = new() { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(2) };
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
            start.Environment[variable] = value;
        foreach (var argument in (by ?? []).Concat(Self()).Concat(["record", "--config", configuration, "--replica", name, "--set", $"Ingester:Status:Listen=http://127.0.0.1:{port}"]))
            start.ArgumentList.Add(argument);
        start.FileName = start.ArgumentList[0];
        start.ArgumentList.RemoveAt(0);
        process = Process.Start(start)!;
        var output = TextWriter.Synchronized(new StreamWriter(log, append: true) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => output.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => output.WriteLine(line.Data);
        this.log = log;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where its output goes.</summary>
    public string LogPath { get; }

    /// <summary>Where it answers.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>True once it has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>How it ended.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>The operating system's id of the process.</summary>
    public int Id => process.Id;

    /// <summary>How it stands; null while it does not answer.</summary>
    public async Task<RecorderStatus?> StatusAsync(CancellationToken cancel)
    {
        try
        {
            return await http.GetFromJsonAsync<RecorderStatus>("/status", JsonSerializerOptions.Web, cancel);
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Waits until it records what it was asked to.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        RecorderStatus? status = null;
        while (TimeProvider.System.GetElapsedTime(began) < StartLimit)
        {
            if (process.HasExited)
                throw new CommandException($"A replica ended with exit code {process.ExitCode} instead of recording. Its last words:\n{LastWords()}") { ExitCode = 1 };
            status = await StatusAsync(cancel);
            if (status is { Dead: null, NotReady: null })
                return;
            await Task.Delay(PollInterval, cancel);
        }

        throw new CommandException($"A replica was not ready within {StartLimit}: {status?.NotReady ?? "it does not answer"}") { ExitCode = 1 };
    }

    /// <summary>Waits until it ends by itself.</summary>
    public Task WaitForExitAsync(CancellationToken cancel) => process.WaitForExitAsync(cancel);

    /// <summary>Ends it without a warning (SIGKILL).</summary>
    public async Task KillAsync(CancellationToken cancel)
    {
        process.Kill();
        await process.WaitForExitAsync(cancel);
    }

    /// <summary>Asks it to stop and returns its exit code.</summary>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="signal">The name of the signal by which it is asked.</param>
    public async Task<int> StopAsync(CancellationToken cancel, string signal = "TERM")
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode;
    }

    /// <summary>Ends it if it still runs.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
        http.Dispose();
    }

    private string LastWords()
    {
        process.WaitForExit(); // until what it wrote has been read
        return string.Join('\n', File.ReadLines(log).Where(line => line.Length > 0).TakeLast(LastLines));
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>How this program is started again, whether it runs by itself, by <c>dotnet</c>, or as a library of a test.</summary>
    public static IEnumerable<string> Self()
    {
        var assembly = typeof(ReplicaProcess).Assembly.Location;
        var runner = Environment.ProcessPath;
        return runner is not null && Path.GetFileNameWithoutExtension(runner) == Path.GetFileNameWithoutExtension(assembly)
            ? [runner]
            : [Path.GetFileNameWithoutExtension(runner) == "dotnet" ? runner! : "dotnet", assembly];
    }
}
