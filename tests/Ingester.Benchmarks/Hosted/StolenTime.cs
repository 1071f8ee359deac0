using System.Globalization;
using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Hosted;

/// <summary>
/// The steal time of CPUs: time for which the host of a virtual machine did not run it although a thread was ready. Such delays are not caused by the recorder. Linux counts it
/// (<c>steal</c> in <c>/proc/stat</c>); other systems report none.
/// </summary>
internal sealed class StolenTime : IAsyncDisposable
{
    private const string Counters = "/proc/stat";
    private const int Steal = 8; // the field, counted from the name of the CPU

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource stop = new();
    private readonly List<(long Micros, long Receiver, long Sender)> readings = [];
    private readonly Task watching;

    private StolenTime() => watching = WatchAsync();

    /// <summary>Starts sampling.</summary>
    public static StolenTime Watch() => new();

    /// <summary>True when less than 10 ms of the receivers' CPU were stolen in a second, given as seconds since 1970. Call it after sampling has ended.</summary>
    public bool IsQuiet(long second) => !File.Exists(Counters) || Between(second, second + 1) is { Receiver.Ticks: 0 };

    /// <summary>The stolen time between two seconds since 1970, in steps of 10 ms; null if it was not sampled. Call it after sampling has ended.</summary>
    public (TimeSpan Receiver, TimeSpan Sender)? Between(long from, long to)
    {
        var before = readings.FindLastIndex(reading => reading.Micros <= from * 1_000_000);
        var after = readings.FindIndex(reading => reading.Micros >= to * 1_000_000);
        if (before < 0 || after < 0)
            return null;
        var (start, end) = (readings[before], readings[after]);
        return ((end.Receiver - start.Receiver) * Tick, (end.Sender - start.Sender) * Tick);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (File.Exists(Counters))
        {
            var lines = await File.ReadAllLinesAsync(Counters, stop.Token);
            readings.Add((DelayLog.NowMicros(), Ticks(lines, PinnedProcess.Receiver), Ticks(lines, PinnedProcess.Sender)));
            await Task.Delay(Interval, stop.Token);
        }
    }

    private static long Ticks(string[] lines, int processor) =>
        long.Parse(lines.First(line => line.StartsWith($"cpu{processor} ", StringComparison.Ordinal)).Split(' ')[Steal], CultureInfo.InvariantCulture);
}
