using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Ingester.WebSockets.Sockets;

/// <summary>
/// One thread that waits for many sockets at once and reads each that has something, on the spot: whoever waits for those bytes goes on within the same
/// wake-up, and must not block. A decision on why stands in docs/adr/0005.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    /// <summary>What its thread is called, so that it can be told from others and counted.</summary>
    public const string ThreadName = "receive";

    private const int MostReady = 256; // of one wake-up; the next brings the others

    private static readonly TimeSpan LookForStop = TimeSpan.FromSeconds(1);

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The loop's thread disposes it when it ends: until then the kernel may be waiting on it.")]
    private readonly NativePoll poll = new(MostReady);
    private readonly ConcurrentDictionary<long, LoopStream> streams = [];
    private readonly TimeSpan interval;
    private readonly Thread thread;
    private long tokens;
    private volatile bool stopped;

    /// <summary>Begins to wait.</summary>
    /// <param name="interval">How long frames may gather while many come, see <see cref="WakePace"/>.</param>
    public EventLoop(TimeSpan interval)
    {
        this.interval = interval;
        thread = new(Run) { IsBackground = true, Name = ThreadName };
        thread.Start();
    }

    /// <summary>How many sockets it reads.</summary>
    public int Count => streams.Count;

    /// <summary>True on the loop's own thread.</summary>
    public bool IsHere => Environment.CurrentManagedThreadId == thread.ManagedThreadId;

    /// <summary>Takes a stream; the name that it has here.</summary>
    public long Add(LoopStream stream)
    {
        var token = Interlocked.Increment(ref tokens);
        streams[token] = stream;
        return token;
    }

    /// <summary>Lets go of a stream, which is waited for no more.</summary>
    public void Remove(long token) => streams.TryRemove(token, out _);

    /// <summary>Changes what is waited for, see <see cref="NativePoll.Change"/>.</summary>
    public void Change(nint socket, long token, uint before, uint now) => poll.Change(socket, token, before, now);

    /// <summary>Ends soon; the streams are their owners'.</summary>
    public void Dispose() => stopped = true;

    private void Run()
    {
        var pace = new WakePace(interval);
        while (!stopped)
        {
            var count = poll.Wait(LookForStop);
            var woke = Micros();
            for (var index = 0; index < count; index++)
            {
                var (token, what) = poll[index];
                if (streams.TryGetValue(token, out var stream))
                    Ready(stream, what);
            }

            if (pace.After(woke, Micros(), count) is { Ticks: > 0 } pause)
                NativePoll.Pause(pause);
        }

        poll.Dispose();
    }

    private static void Ready(LoopStream stream, uint what)
    {
        try
        {
            stream.Ready(what);
        }
        catch (Exception fault)
        {
            // The supervising edge of a connection: on this thread an exception would end the process, and with it all others.
            stream.Fail(fault);
        }
    }

    private static double Micros() => Stopwatch.GetTimestamp() * (1e6 / Stopwatch.Frequency);
}
