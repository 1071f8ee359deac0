using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Ingester.Errors;
using Ingester.Status;

namespace Ingester.Demo;

/// <summary>A recorder in a separate process.</summary>
internal sealed class ReplicaProcess : IDisposable
{
    private static readonly TimeSpan DefaultStartTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private const int ShownLines = 5;

    /// <summary>Ports below those that operating systems give to outgoing connections, which could take a port before the process that it was found for listens.</summary>
    private const int FirstPort = 20_000;

    private const int PortCount = 12_000;

    private static int portOffset = RandomNumberGenerator.GetInt32(PortCount); // other processes look for ports as well

    private readonly HttpClient http;
    private readonly Process process;
    private readonly string log;

    /// <summary>Starts a recorder.</summary>
    /// <param name="name">The replica's name.</param>
    /// <param name="configuration">Its configuration, a JSON file.</param>
    /// <param name="log">The file for its output.</param>
    /// <param name="environment">Additional environment variables.</param>
    /// <param name="by">A wrapper command with arguments that executes the recorder; null to start it directly.</param>
    public ReplicaProcess(string name, string configuration, string log, IReadOnlyDictionary<string, string>? environment = null, IEnumerable<string>? by = null)
    {
        LogPath = log;
        var port = FreePort();
        http = new() { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(2) };
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
            start.Environment[variable] = value;
        foreach (var argument in (by ?? []).Concat(OwnCommandLine()).Concat(["record", "--config", configuration, "--replica", name, "--set", $"Ingester:Status:Listen=http://127.0.0.1:{port}"]))
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

    /// <summary>The file with its output.</summary>
    public string LogPath { get; }

    /// <summary>The address of its status page.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>True after the process has exited.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>Its exit code.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>Its status; null while it does not respond.</summary>
    public async Task<RecorderStatus?> GetStatusAsync(CancellationToken cancel)
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

    /// <summary>Waits until it is ready.</summary>
    /// <param name="cancel">Cancels the wait.</param>
    /// <param name="timeout">How long it may take; null for five minutes, which a loaded machine may need.</param>
    public async Task WaitUntilReadyAsync(CancellationToken cancel, TimeSpan? timeout = null)
    {
        var limit = timeout ?? DefaultStartTimeout;
        var began = TimeProvider.System.GetTimestamp();
        RecorderStatus? status = null;
        while (TimeProvider.System.GetElapsedTime(began) < limit)
        {
            if (process.HasExited)
                throw new CommandException($"A replica ended with exit code {process.ExitCode} instead of recording. Its last output:\n{LastOutput()}") { ExitCode = 1 };
            status = await GetStatusAsync(cancel);
            if (status is { Dead: null, NotReady: null })
                return;
            await Task.Delay(PollInterval, cancel);
        }

        throw new CommandException($"A replica was not ready within {limit}: {status?.NotReady ?? "it does not respond"}") { ExitCode = 1 };
    }

    /// <summary>Waits until the process exits.</summary>
    public Task WaitForExitAsync(CancellationToken cancel) => process.WaitForExitAsync(cancel);

    /// <summary>Kills the process (SIGKILL).</summary>
    public async Task KillAsync(CancellationToken cancel)
    {
        process.Kill();
        await process.WaitForExitAsync(cancel);
    }

    /// <summary>Sends a signal, waits for the exit and returns the exit code.</summary>
    /// <param name="cancel">Cancels the wait.</param>
    /// <param name="signal">The name of the signal.</param>
    public async Task<int> StopAsync(CancellationToken cancel, string signal = "TERM")
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode;
    }

    /// <summary>Kills the process if it still runs.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
        http.Dispose();
    }

    private string LastOutput()
    {
        process.WaitForExit(); // waits until its output was read completely
        return string.Join('\n', File.ReadLines(log).Where(line => line.Length > 0).TakeLast(ShownLines));
    }

    /// <summary>Returns a port that is free at the moment, and that this process has not returned before.</summary>
    public static int FreePort()
    {
        for (var tries = 0; ; tries++)
        {
            var port = FirstPort + (int)((uint)Interlocked.Increment(ref portOffset) % PortCount);
            try
            {
                using var listener = new TcpListener(System.Net.IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException) when (tries < PortCount)
            {
                // Another process listens there.
            }
        }
    }

    /// <summary>
    /// The command line that starts this program again: as its own executable, by <c>dotnet</c>, or from a test that loads it as a library.
    /// </summary>
    public static IEnumerable<string> OwnCommandLine()
    {
        var assembly = typeof(ReplicaProcess).Assembly.Location;
        var runner = Environment.ProcessPath;
        return runner is not null && Path.GetFileNameWithoutExtension(runner) == Path.GetFileNameWithoutExtension(assembly)
            ? [runner]
            : [Path.GetFileNameWithoutExtension(runner) == "dotnet" ? runner! : "dotnet", assembly];
    }
}
