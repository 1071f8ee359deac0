using System.Diagnostics;
using Ingester.Benchmarks.EndToEnd;
using Ingester.WebSockets.Sockets;

namespace Ingester.Benchmarks.Hosted;

/// <summary>
/// What the machine itself keeps a thread waiting: one that alone on the receivers' processor sleeps and works for half a millisecond in all, again and again,
/// while the senders' processor is busy. On a shared machine others take time from both; nothing that runs here can be more punctual.
/// </summary>
internal static class Witness
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Sleep = TimeSpan.FromMilliseconds(0.3);
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(0.2);

    /// <summary>Watches the machine for a while, from the senders' processor.</summary>
    public static async Task<Delays> WatchAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ingester-witness-").FullName;
        try
        {
            using var witness = Pinned.Start(Pinned.Receiver, Self.Command("witness").Append(folder), static _ => { });
            while (!witness.HasExited)
            {
                Spin(2 * Work);
                Epoll.Pause(Sleep);
            }

            await witness.WaitForExitAsync();
            return DelayLog.Load(Path.Combine(folder, DelayLog.Received)).Between(0, long.MaxValue);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary><c>witness FOLDER</c>: measures, and writes what it saw there.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var delays = new DelayLog();
        var began = Stopwatch.StartNew();
        while (began.Elapsed < Length)
        {
            var turn = Stopwatch.StartNew();
            Epoll.Pause(Sleep);
            Spin(Work);
            delays.Add(DelayLog.NowMicros(), (long)(turn.Elapsed - Sleep - Work).TotalMicroseconds);
        }

        delays.Save(Path.Combine(arguments[0], DelayLog.Received));
        return 0;
    }

    private static void Spin(TimeSpan span)
    {
        for (var began = Stopwatch.StartNew(); began.Elapsed < span;)
            Thread.SpinWait(10);
    }
}
