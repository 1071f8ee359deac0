using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ingester.Core.Time;

namespace Ingester.Demo;

/// <summary>The dashboard in a separate process. It is a program of its own: the demo starts it where it is built.</summary>
internal sealed class DashboardProcess : IDisposable
{
    /// <summary>An environment variable with the path of <c>ingester-dashboard.dll</c>, if it is somewhere else.</summary>
    public const string PathVariable = "INGESTER_DASHBOARD";

    private const string FileName = "ingester-dashboard.dll";
    private const string Announcement = "The dashboard is at ";
    private const int UsualPort = 8090;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DashboardProcess(ProcessStartInfo start, string log)
    {
        process = Process.Start(start)!;
        var output = TextWriter.Synchronized(new StreamWriter(log, append: true) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => Read(line.Data, output);
        process.ErrorDataReceived += (_, line) => output.WriteLine(line.Data);
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException($"The dashboard ended at its start; its output is in {log}."));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The path of the dashboard's program; null where it is not built.</summary>
    public static string? FindProgram()
    {
        var own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        var built = own.Replace($"{Path.DirectorySeparatorChar}Ingester{Path.DirectorySeparatorChar}bin", $"{Path.DirectorySeparatorChar}Ingester.Dashboard{Path.DirectorySeparatorChar}bin", StringComparison.Ordinal);
        string?[] candidates = [Environment.GetEnvironmentVariable(PathVariable), Path.Combine(built, FileName), Path.Combine(own, FileName)];
        return Array.Find(candidates, File.Exists);
    }

    /// <summary>Starts the dashboard.</summary>
    /// <param name="program">The path of its program.</param>
    /// <param name="store">The directory of the store.</param>
    /// <param name="recorders">The status pages of the recorders.</param>
    /// <param name="clock">The clock of the recorders.</param>
    /// <param name="log">The file for its output.</param>
    public static DashboardProcess Start(string program, string store, IEnumerable<Uri> recorders, ClockOptions clock, string log)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[]
        {
            program, "--store", store, "--recorders", string.Join(',', recorders.Select(recorder => recorder.GetLeftPart(UriPartial.Authority))), "--listen", $"http://127.0.0.1:{(IsFree(UsualPort) ? UsualPort : 0)}",
            "--clock-epoch", clock.Epoch!.Value.ToString("O", CultureInfo.InvariantCulture), "--clock-rate", clock.Rate.ToString(CultureInfo.InvariantCulture),
        })
            start.ArgumentList.Add(argument);
        return new(start, log);
    }

    /// <summary>Waits until it serves, and returns its address.</summary>
    /// <param name="cancel">Cancels the wait.</param>
    /// <exception cref="InvalidOperationException">It ended.</exception>
    /// <exception cref="TimeoutException">It does not serve in time.</exception>
    public Task<Uri> WaitUntilServingAsync(CancellationToken cancel) => address.Task.WaitAsync(StartTimeout, cancel);

    /// <summary>Kills the process if it still runs. It only reads, so that nothing is lost.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Read(string? line, TextWriter output)
    {
        output.WriteLine(line);
        if (line?.StartsWith(Announcement, StringComparison.Ordinal) == true && Uri.TryCreate(line[Announcement.Length..].Split(". ")[0], UriKind.Absolute, out var found))
            address.TrySetResult(found);
    }
}
