using System.Diagnostics;
using System.Globalization;
using Ingester.Demo;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The simulated exchange: a process that builds all frames before the first connection, so that sending is not the bottleneck.</summary>
internal sealed class Sender : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;
    private bool disposed;

    private Sender(IEnumerable<string> command) => process = PinnedProcess.Start(PinnedProcess.Sender, command, Hear);

    /// <summary>Number of connections that it waits for.</summary>
    public static int Connections => 50;

    /// <summary>The port on which it listens.</summary>
    public int Port { get; private init; }

    /// <summary>Completes with the number of frames when all are sent.</summary>
    public Task<long> Sent => sent.Task;

    /// <summary>Number of frames that it will send.</summary>
    public long Frames { get; private set; }

    /// <summary>Starts the process. With <paramref name="subscribed"/>, it begins to send when every connection has subscribed.</summary>
    public static Task<Sender> StartAsync(string yardsticks, Case @case, bool subscribed) => StartAsync(yardsticks, @case, subscribed ? ["-w", $"{Connections}"] : []);

    /// <summary>Starts the process with additional arguments.</summary>
    public static async Task<Sender> StartAsync(string yardsticks, Case @case, IEnumerable<string> more)
    {
        string In(string file) => Path.Combine(yardsticks, file);
        var port = ReplicaProcess.FreePort();
        List<string> command = [In("bin/wsserver"), "-d", In("data"), "-p", $"{port}", "-c", $"{Connections}", "-n", $"{@case.Frames}"];
        if (@case.Rate is { } rate)
            command.AddRange(["-1", "-m", "paced", "-R", $"{rate}"]);
        else if (@case.Secure)
            command.Add("-2");
        if (@case.Secure)
            command.AddRange(["-t", In("data/cert.pem"), In("data/key.pem")]);
        command.AddRange(more);
        var sender = new Sender(command) { Port = port };
        await sender.ready.Task.WaitAsync(StartLimit);
        return sender;
    }

    /// <summary>Kills the process and waits for its exit.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void Hear(string line)
    {
        if (line.StartsWith("READY", StringComparison.Ordinal))
            Ready(line);
        else if (line.StartsWith("SENT ", StringComparison.Ordinal))
            sent.TrySetResult(long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
        else if (line.Length > 0)
            ready.TrySetException(new InvalidOperationException($"The sender failed: {line}"));
    }

    private void Ready(string line)
    {
        Frames = long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
        ready.TrySetResult();
    }
}
