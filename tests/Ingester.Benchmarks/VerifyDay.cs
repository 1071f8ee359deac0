using System.Diagnostics;
using System.IO.Compression;
using Ingester.Benchmarks.Scenarios;
using Ingester.Publishing.Witnesses;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>
/// Measures how fast the trades of a day are compared with the file that the exchange publishes, and the peak memory. The exit code is 1 when it is too slow,
/// takes too much memory, or does not confirm all trades.
/// </summary>
internal static class VerifyDay
{
    private const double LeastPerSecond = 500_000;
    private const double MostMiB = 256;

    /// <summary>Reads <c>verify [TRADES_PER_MINUTE [MINUTES]]</c> and runs it; default: ten million trades.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        int At(int index, int otherwise) => arguments.Length > index ? int.Parse(arguments[index]) : otherwise;
        var (perMinute, minutes) = (At(0, 7_000), At(1, 1_440));
        var folder = Directory.CreateTempSubdirectory("ingester-verify-benchmark-").FullName;
        try
        {
            var store = new DirectoryStore(Path.Combine(folder, "store"), TimeProvider.System);
            var layout = ArchiveLayouts.All.First(static layout => layout.Exchange == TradeDay.Stream.Exchange && layout.Dataset == TradeDay.Stream.Dataset);
            var file = Path.Combine(folder, layout.FileName("BTCUSDT", TradeDay.Day));
            using (var zip = new ZipArchive(File.Create(file), ZipArchiveMode.Create))
            await using (var text = new StreamWriter(zip.CreateEntry("trades.csv").Open()))
                await TradeDay.WriteAsync(store, perMinute, minutes, text);
            GC.Collect();
            using var memory = new MemoryPeak();
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var report = await new ArchiveWitness(new(store, "")).CompareAsync(layout, TradeDay.Stream.Market, TradeDay.Day, wholeMonth: false, new(file, null, null, null), CancellationToken.None);
            var seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            Console.WriteLine($"{report.Verdict}, {report.Same:N0} trades: {report.Rows / seconds:N0} trades/s/core, at most {memory.WorkingSet >> 20:N0} MiB");
            var verdict = new Verdict();
            verdict.AtLeast("confirmed trades", report.Same, (double)perMinute * minutes);
            verdict.AtLeast("trades/s/core", report.Rows / seconds, LeastPerSecond);
            verdict.AtMost("MiB of working set", memory.WorkingSet / (double)(1 << 20), MostMiB);
            return verdict.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
