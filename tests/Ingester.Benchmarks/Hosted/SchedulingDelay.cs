using System.Diagnostics;
using Ingester.Benchmarks.EndToEnd;
using Ingester.WebSockets.Sockets;

namespace Ingester.Benchmarks.Hosted;

/// <summary>
/// Measures the scheduling delay of the machine: a thread alone on the receivers' CPU repeatedly sleeps and works for half a millisecond in total,
/// while the senders' CPU is busy. The delay is the lower bound for every program on this machine.
/// </summary>
internal static class SchedulingDelay
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Sleep = TimeSpan.FromMilliseconds(0.3);
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(0.2);

    /// <summary>Runs the measurement from the senders' CPU.</summary>
    public static async Task<Delays> WatchAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ingester-witness-").FullName;
        try
        {
            using var witness = PinnedProcess.Start(PinnedProcess.Receiver, OwnProgram.Command("delay").Append(folder), static _ => { });
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

    /// <summary><c>delay FOLDER</c>: measures, and writes the delays to the folder.</summary>
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
