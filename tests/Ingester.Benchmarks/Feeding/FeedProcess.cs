using System.Diagnostics;
using System.Globalization;
using Ingester.Benchmarks.EndToEnd;
using Ingester.Demo;

namespace Ingester.Benchmarks.Feeding;

/// <summary>A sender in its own process, on the CPU of senders.</summary>
internal sealed class FeedProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;
    private long sent;
    private bool disposed;

    private FeedProcess(IEnumerable<string> command) => process = PinnedProcess.Start(PinnedProcess.Sender, command, Hear);

    /// <summary>The port on which it listens.</summary>
    public int Port { get; private init; }

    /// <summary>Completes when it begins to send.</summary>
    public Task Begun => begun.Task;

    /// <summary>Completes with the number of frames when all are sent.</summary>
    public Task<long> Done => done.Task;

    /// <summary>Number of sent frames, at most a second old.</summary>
    public long Sent => Volatile.Read(ref sent);

    /// <summary>The longest delay of a frame after its due time; known when all are sent.</summary>
    public TimeSpan Late { get; private set; }

    /// <summary>Starts the process. It begins to send when every stream is subscribed.</summary>
    /// <param name="options">The workload.</param>
    /// <param name="yields">True to run with lower priority than other processes on its CPU, such as a store that must answer at once.</param>
    public static async Task<FeedProcess> StartAsync(FeedOptions options, bool yields)
    {
        var port = ReplicaProcess.FreePort();
        var feed = new FeedProcess([.. yields ? new[] { "nice", "-n", "10" } : [], .. OwnProgram.Command("feed"), .. options.Arguments(port)]) { Port = port };
        await feed.ready.Task.WaitAsync(StartLimit);
        return feed;
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
        switch (line.Split(' '))
        {
            case ["READY"]: ready.TrySetResult(); break;
            case ["BEGIN"]: begun.TrySetResult(); break;
            case ["SENT", var count]: Volatile.Write(ref sent, Parse(count)); break;
            case ["DONE", var count, var late]:
                Late = TimeSpan.FromMicroseconds(Parse(late));
                Volatile.Write(ref sent, Parse(count));
                done.TrySetResult(Parse(count));
                break;
            case [""]: break;
            default: Fail(line); break;
        }
    }

    private void Fail(string line)
    {
        var failure = new InvalidOperationException($"The sender failed: {line}");
        if (!ready.TrySetException(failure))
            done.TrySetException(failure);
    }

    private static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);
}
