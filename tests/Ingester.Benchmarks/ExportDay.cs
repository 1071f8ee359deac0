using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Ingester.Benchmarks.Scenarios;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Time;
using Ingester.Publishing.Export;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>
/// Measures how fast the trades of a market are exported per core, to CSV and to Parquet, each alone, beside gzip of the same CSV text alone, and the peak
/// memory: an hour of a busy market (or a day: <c>export 2000 1440</c>). The exit code is 1 when it is too slow or takes too much memory.
/// </summary>
internal sealed class ExportDay(int perMinute, int minutes)
{
    private const int Rounds = 3;
    private const double LeastPerSecond = 350_000;
    private const double MostMiB = 256;
    private const long T0 = 1_761_350_400_000_000; // 2025-10-25T00:00:00Z

    private static readonly StreamId Trades = new(Dataset.Trades, "binance", "BTC-USDT");

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
            await WriteAsync(store);
            var trades = (long)perMinute * minutes;
            var verdict = new Verdict();
            var csv = await MeasureAsync("export to CSV", trades, verdict, round => ExportAsync(store, Path.Combine(folder, $"csv{round}"), csv: true));
            var parquet = await MeasureAsync("export to Parquet", trades, verdict, round => ExportAsync(store, Path.Combine(folder, $"parquet{round}"), csv: false));
            var text = ReadText(Directory.GetFiles(folder, "*.csv.gz", SearchOption.AllDirectories)[0]);
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

    private static async Task<long> ExportAsync(DirectoryStore store, string target, bool csv)
    {
        var request = new ExportRequest { Day = DateOnly.FromDateTime(Micros.ToDateTime(T0)), Exchanges = [Trades.Exchange], Csv = csv, Parquet = !csv };
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

    private async Task WriteAsync(DirectoryStore store)
    {
        var random = new Random(1);
        for (var minute = 0; minute < minutes; minute++)
        {
            using var rows = new RowBuffer();
            for (var i = 0; i < perMinute; i++)
            {
                var id = (long)minute * perMinute + i + 1;
                var micros = T0 + (id - 1) * Window.MicrosPerMinute / perMinute;
                var price = Encoding.UTF8.GetBytes($"{60_000 + random.Next(20_000) / 100.0:0.00}000000");
                var size = Encoding.UTF8.GetBytes($"{random.Next(200_000_000) / 1e8:0.00000000}");
                RowWriter.WriteTrade(rows, new() { Id = Encoding.UTF8.GetBytes($"{id}"), Micros = micros, Price = price, Size = size, TakerSells = random.Next(2) == 0 });
            }

            var name = new SegmentKey(Trades, new(T0 + minute * Window.MicrosPerMinute, 1), new((long)minute * perMinute, (minute + 1L) * perMinute), IsWhole: true);
            using var packed = RowCodec.Create(new()).Compress(rows);
            await store.PutAsync(ObjectKey.Segment("", name), packed, new(RowCompression.Hash(rows), perMinute, ObjectMetadata.FormatVersion), CancellationToken.None);
        }
    }
}
