using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ingester.Benchmarks.Feeding;

/// <summary>
/// An exchange that sends recorded frames repeatedly, each time with the next ids and times. One thread sends all
/// of them, with one write per frame, in the order in which they are due.
/// </summary>
internal sealed class Feed(FeedOptions options)
{
    private const int Most = 200_000;
    private const int Recorded = 500; // markets

    private readonly FrameTemplate[] frames = [.. File.ReadLines(Path.Combine(options.Data, "frames.jsonl")).Take(Most).Select(line => FrameTemplate.Of(Encoding.UTF8.GetBytes(line)))];
    private readonly int[] sources = ReadSources(Path.Combine(options.Data, "frames.idx"));
    private readonly FeedConnection?[] routes = new FeedConnection?[options.Markets * 2];
    private readonly long[] last = new long[options.Markets * 2];
    private readonly int[] turns = new int[Math.Max(Recorded, 2)];
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int routed;
    private long sent;

    /// <summary>Number of sent frames.</summary>
    public long Sent => Volatile.Read(ref sent);

    /// <summary>The longest delay between the due time of a frame and its sending, in microseconds.</summary>
    public long Late { get; private set; }

    /// <summary>Completes when every stream is subscribed.</summary>
    public Task WhenSubscribed => complete.Task;

    /// <summary>Starts to listen.</summary>
    public void Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(4_096);
        Start(() =>
        {
            while (true)
            {
                var connection = new FeedConnection(listener.AcceptSocket(), Subscribed);
                Start(connection.Run);
            }
        });
    }

    /// <summary>Sends all frames; returns when the last one is sent.</summary>
    public void Send()
    {
        _ = MicrosNow() + Stopwatch.GetTimestamp(); // compiled before the two clocks are read together
        var (epoch, began) = (MicrosNow(), Stopwatch.GetTimestamp());
        var (from, next) = (0.0, 0); // seconds since the start, and the index of the frame
        foreach (var pace in options.Paces)
        {
            var count = (long)pace.Rate * pace.Seconds;
            for (long i = 0; i < count;)
            {
                var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
                var due = Math.Min(count, (long)((elapsed - from) * pace.Rate));
                if (i >= due)
                {
                    Wait();
                    continue;
                }

                var dueMicros = epoch + (long)((from + (double)i / pace.Rate) * 1e6);
                var now = MicrosNow();
                Late = Math.Max(Late, now - dueMicros);
                Send(frames[next], sources[next], options.StampDue ? dueMicros : now);
                next = next + 1 == frames.Length ? 0 : next + 1;
                i++;
            }

            from += pace.Seconds;
            while (Stopwatch.GetElapsedTime(began).TotalSeconds < from)
                Thread.Sleep(1);
        }
    }

    /// <summary>
    /// Waits until the next frame may be due: precise to a few microseconds by spinning, or to a millisecond by sleeping. A virtual machine that keeps all of its
    /// CPUs busy may be stopped by its host, for 100 ms at a time.
    /// </summary>
    private void Wait()
    {
        if (options.StampDue)
            Thread.Sleep(1);
        else
            Thread.Yield();
    }

    private void Send(FrameTemplate frame, int source, long micros)
    {
        var market = Market(frame, source);
        var stream = market * 2 + (frame.IsDepth ? 1 : 0);
        routes[stream]!.Send(frame.Next(market, ref last[stream], micros));
        Volatile.Write(ref sent, sent + 1);
    }

    /// <summary>The market of a frame. If there are fewer markets than recorded ones, several recorded ones share one; if there are more, they alternate.</summary>
    private int Market(FrameTemplate frame, int source)
    {
        if (options.Even)
            return turns[frame.IsDepth ? 1 : 0]++ % options.Markets;
        var copies = options.Markets / Recorded;
        return copies <= 1 ? source % options.Markets : source + Recorded * (turns[source]++ % copies);
    }

    private void Subscribed(FeedConnection connection, string stream)
    {
        var market = int.Parse(stream.AsSpan(1, 5));
        var slot = market * 2 + (stream.Contains("@depth", StringComparison.Ordinal) ? 1 : 0);
        lock (routes)
        {
            routed += routes[slot] is null ? 1 : 0;
            routes[slot] = connection;
            if (routed == routes.Length)
                complete.TrySetResult();
        }
    }

    private static int[] ReadSources(string index)
    {
        const int entry = 16; // u32 market, u32 kind, u64 time
        var bytes = File.ReadAllBytes(index);
        return [.. Enumerable.Range(0, Math.Min(Most, bytes.Length / entry)).Select(i => BitConverter.ToInt32(bytes, i * entry))];
    }

    private static long MicrosNow() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static void Start(Action work) => new Thread(() => work(), 256 << 10) { IsBackground = true }.Start();
}
