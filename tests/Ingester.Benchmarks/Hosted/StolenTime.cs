using System.Globalization;
using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Hosted;

/// <summary>
/// What the host of a virtual machine took from the receivers' processor while somebody there wanted to run: the seconds in which it did say nothing about
/// the recorder. Linux counts it (<c>steal</c> in <c>/proc/stat</c>); elsewhere every second counts as quiet.
/// </summary>
internal sealed class StolenTime : IAsyncDisposable
{
    private const string Counters = "/proc/stat";
    private const int Steal = 8; // the field, counted from the processor's name

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.2);

    private readonly CancellationTokenSource stop = new();
    private readonly List<(long Micros, long Ticks)> readings = [];
    private readonly Task watching;

    private StolenTime() => watching = WatchAsync();

    /// <summary>Begins to look.</summary>
    public static StolenTime Watch() => new();

    /// <summary>True when less than a tick of 10 ms was taken in a second, given as seconds since 1970; to be asked after the watch has ended.</summary>
    public bool IsQuiet(long second)
    {
        if (!File.Exists(Counters))
            return true;
        var before = readings.FindLastIndex(reading => reading.Micros <= second * 1_000_000);
        var after = readings.FindIndex(reading => reading.Micros >= (second + 1) * 1_000_000);
        return before >= 0 && after >= 0 && readings[before].Ticks == readings[after].Ticks;
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
            readings.Add((DelayLog.NowMicros(), Ticks()));
            await Task.Delay(Interval, stop.Token);
        }
    }

    private static long Ticks()
    {
        var name = $"cpu{Pinned.Receiver} ";
        var line = File.ReadLines(Counters).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[Steal], CultureInfo.InvariantCulture);
    }
}
