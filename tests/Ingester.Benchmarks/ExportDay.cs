using System.Diagnostics;
using System.IO.Compression;
using Ingester.Benchmarks.Scenarios;
using Ingester.Publishing.Export;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>
/// Measures how fast the trades of a market are exported per core, to CSV and to Parquet, each alone, beside gzip of the same CSV text alone, and the peak
/// memory: an hour of a busy market (or a day: <c>export 2000 1440</c>); and the memory of an export of trades and books to all files. The exit code is 1 when it is too
/// slow or takes too much memory.
/// </summary>
internal sealed class ExportDay(int perMinute, int minutes)
{
    private const int Rounds = 3;
    private const double LeastPerSecond = 350_000;
    private const double MostMiB = 256;

    /// <summary>Reads <c>export [TRADES_PER_MINUTE [MINUTES]]</c> and runs it.</summary>
    public static Task<int> RunAsync(string[] arguments)
    {
        int At(int index, int otherwise) => arguments.Length > index ? int.Parse(arguments[index]) : otherwise;
        return new ExportDay(At(0, 20_000), At(1, 60)).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ingester-export-benchmark-").FullName;
        try
        {
            var store = new DirectoryStore(Path.Combine(folder, "store"), TimeProvider.System);
            await TradeDay.WriteAsync(store, perMinute, minutes);
            var trades = (long)perMinute * minutes;
            var verdict = new Verdict();
            var csv = await MeasureAsync("export to CSV", trades, verdict, round => ExportAsync(store, Path.Combine(folder, $"csv{round}"), csv: true));
            var parquet = await MeasureAsync("export to Parquet", trades, verdict, round => ExportAsync(store, Path.Combine(folder, $"parquet{round}"), csv: false));
            await MeasureBookAsync(folder, verdict);
            var text = ReadText(Directory.GetFiles(Path.Combine(folder, "csv0"), "*.csv.gz", SearchOption.AllDirectories)[0]);
            var gzip = await MeasureAsync("gzip of the CSV text alone", trades, verdict: null, _ => Task.FromResult(Compress(text)));
            Console.WriteLine($"CSV costs {gzip / csv:0.0} times as much as gzip alone, Parquet {gzip / parquet:0.0} times.");
            verdict.AtLeast("CSV, trades/s/core", csv, LeastPerSecond);
            verdict.AtLeast("Parquet, trades/s/core", parquet, LeastPerSecond);
            return verdict.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Exports a market with its book, in all files at once, for the memory.</summary>
    private async Task MeasureBookAsync(string folder, Verdict verdict)
    {
        var store = new DirectoryStore(Path.Combine(folder, "books"), TimeProvider.System);
        var events = await new ZipfMarkets(1, perMinute / 40).WriteAsync(store, minutes - 1); // two thirds of the events are diffs: as many as there are trades above
        using var memory = new MemoryPeak();
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var exported = await ExportAsync(store, Path.Combine(folder, "book"), new ExportRequest { Day = TradeDay.Day, Exchanges = [ZipfMarkets.Exchange] });
        var seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine($"{"trades and books, all files",-30} {exported / seconds,12:N0} events/s/core  at most {memory.Managed >> 20:N0} MiB managed, {memory.WorkingSet >> 20:N0} MiB in total");
        verdict.AtLeast("exported events of trades and books", exported, events);
        verdict.AtMost("trades and books, MiB of working set", memory.WorkingSet / (double)(1 << 20), MostMiB);
    }

    /// <summary>The best of several rounds, in trades per second of CPU time.</summary>
    private static async Task<double> MeasureAsync(string label, long trades, Verdict? verdict, Func<int, Task<long>> run)
    {
        var best = 0.0;
        using var memory = new MemoryPeak();
        for (var round = 0; round < Rounds; round++)
        {
            GC.Collect();
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            if (await run(round) is var count && verdict is not null && count != trades)
                throw new InvalidOperationException($"{label}: {count} trades were exported, not {trades}.");
            best = Math.Max(best, trades / (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        }

        Console.WriteLine($"{label,-30} {best,12:N0} trades/s/core  at most {memory.Managed >> 20:N0} MiB managed, {memory.WorkingSet >> 20:N0} MiB in total");
        verdict?.AtMost($"{label}, MiB of working set", memory.WorkingSet / (double)(1 << 20), MostMiB);
        return best;
    }

    private static Task<long> ExportAsync(DirectoryStore store, string target, bool csv) =>
        ExportAsync(store, target, new ExportRequest { Day = TradeDay.Day, Exchanges = [TradeDay.Stream.Exchange], Csv = csv, Parquet = !csv });

    private static async Task<long> ExportAsync(DirectoryStore store, string target, ExportRequest request)
    {
        long events = 0;
        await foreach (var outcome in new DayExporter(new(store, ""), new(new DirectoryStore(target, TimeProvider.System), "", TimeProvider.System), request).RunAsync(CancellationToken.None))
            events += outcome.Manifest?.Events ?? throw new InvalidOperationException(outcome.Failure);
        return events;
    }

    private static byte[] ReadText(string file)
    {
        using var gzip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var text = new MemoryStream();
        gzip.CopyTo(text);
        return text.ToArray();
    }

    private static long Compress(byte[] text)
    {
        using var gzip = new GZipStream(Stream.Null, CompressionLevel.Optimal);
        gzip.Write(text);
        return 0;
    }
}
