using System.Diagnostics;
using System.Globalization;
using Ingester.Benchmarks.EndToEnd;
using Ingester.Demo;

namespace Ingester.Benchmarks.Feeding;

/// <summary>A sender in a process of its own, on the senders' processor.</summary>
internal sealed class FeedProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;
    private long sent;
    private bool disposed;

    private FeedProcess(IEnumerable<string> command) => process = Pinned.Start(Pinned.Sender, command, Hear);

    /// <summary>Where it listens.</summary>
    public int Port { get; private init; }

    /// <summary>Ends when it begins to send.</summary>
    public Task Begun => begun.Task;

    /// <summary>Ends with the number of frames when all are sent.</summary>
    public Task<long> Done => done.Task;

    /// <summary>How many it had sent when it last said so, at most a second ago.</summary>
    public long Sent => Volatile.Read(ref sent);

    /// <summary>The longest that a frame was sent after it was due; known when all are sent.</summary>
    public TimeSpan Late { get; private set; }

    /// <summary>Starts it; it begins to send when every stream has been asked for.</summary>
    /// <param name="options">What it does.</param>
    /// <param name="yields">True to let others on its processor go first, such as a store that must answer at once.</param>
    public static async Task<FeedProcess> StartAsync(FeedOptions options, bool yields)
    {
        var port = ReplicaProcess.FreePort();
        var feed = new FeedProcess([.. yields ? new[] { "nice", "-n", "10" } : [], .. Self.Command("feed"), .. options.Arguments(port)]) { Port = port };
        await feed.ready.Task.WaitAsync(StartLimit);
        return feed;
    }

    /// <summary>Ends the process and waits until it has ended.</summary>
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
        var failure = new InvalidOperationException($"The sender says: {line}");
        if (!ready.TrySetException(failure))
            done.TrySetException(failure);
    }

    private static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);
}
