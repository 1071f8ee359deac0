using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Ingester.WebSockets.Sockets;

/// <summary>
/// One thread that waits for many sockets (epoll) and reads each ready one. The code that awaits a read continues on this thread,
/// within the same wake-up, and must not block. See docs/adr/0005.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    /// <summary>The name of the thread in debuggers and in <c>/proc</c>.</summary>
    public const string ThreadName = "receive";

    private const int MaxEvents = 256; // of one wake-up; the next one returns the others

    private static readonly TimeSpan StopPollInterval = TimeSpan.FromSeconds(1);

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The loop's thread disposes it when it ends: until then the kernel may be waiting on it.")]
    private readonly Epoll epoll = new(MaxEvents);
    private readonly ConcurrentDictionary<long, EventLoopStream> streams = [];
    private readonly TimeSpan interval;
    private readonly Thread thread;
    private long lastToken;
    private volatile bool stopped;

    /// <summary>Starts the thread.</summary>
    /// <param name="interval">How long frames may be left in the sockets under load, see <see cref="PollCoalescer"/>.</param>
    public EventLoop(TimeSpan interval)
    {
        this.interval = interval;
        thread = new(Run) { IsBackground = true, Name = ThreadName };
        thread.Start();
    }

    /// <summary>Number of sockets.</summary>
    public int Count => streams.Count;

    /// <summary>True on the loop's own thread.</summary>
    public bool IsLoopThread => Environment.CurrentManagedThreadId == thread.ManagedThreadId;

    /// <summary>Registers a stream and returns its token.</summary>
    public long Add(EventLoopStream stream)
    {
        var token = Interlocked.Increment(ref lastToken);
        streams[token] = stream;
        return token;
    }

    /// <summary>Removes a stream. Its socket must not be watched any more.</summary>
    public void Remove(long token) => streams.TryRemove(token, out _);

    /// <summary>Changes the events that the loop waits for, see <see cref="Epoll.SetInterest"/>.</summary>
    public void SetInterest(nint socket, long token, uint oldEvents, uint newEvents) => epoll.SetInterest(socket, token, oldEvents, newEvents);

    /// <summary>Stops the thread within a second. The streams belong to their owners.</summary>
    public void Dispose() => stopped = true;

    private void Run()
    {
        var pace = new PollCoalescer(interval);
        while (!stopped)
        {
            var count = epoll.Wait(StopPollInterval);
            var woke = NowMicros();
            for (var index = 0; index < count; index++)
            {
                var (token, what) = epoll[index];
                if (streams.TryGetValue(token, out var stream))
                    Dispatch(stream, what);
            }

            if (pace.PauseAfter(woke, NowMicros(), count) is { Ticks: > 0 } pause)
                Epoll.Pause(pause);
        }

        epoll.Dispose();
    }

    private static void Dispatch(EventLoopStream stream, uint what)
    {
        try
        {
            stream.OnReady(what);
        }
        catch (Exception fault)
        {
            // Supervising edge of one connection: an unhandled exception on this thread would end the process.
            stream.Fail(fault);
        }
    }

    private static double NowMicros() => Stopwatch.GetTimestamp() * (1e6 / Stopwatch.Frequency);
}
