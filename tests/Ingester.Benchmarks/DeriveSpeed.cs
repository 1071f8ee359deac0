using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Benchmarks.Scenarios;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Deriving.Compaction;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Running;
using Ingester.Reading.Objects;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing;

namespace Ingester.Benchmarks;

/// <summary>
/// Measures how fast derived data is made on one core: many markets with Zipf-distributed activity, a third of the events trades, from a directory. The exit code
/// is 1 when bars are slower than 50 times real time, or all datasets slower than 10 times.
/// </summary>
internal sealed class DeriveSpeed(int markets, int eventsPerSecond, int minutes)
{
    private const long T0 = 1_761_350_400_000_000; // 2025-10-25T00:00:00Z
    private const int Levels = 200;
    private const double LeastBars = 50;
    private const double LeastAll = 10;

    private static readonly int[] BarMinutes = [1, 5, 60];

    private readonly Random random = new(1);

    /// <summary>Reads <c>derive [MARKETS [EVENTS_PER_SECOND [MINUTES]]]</c> and runs it.</summary>
    public static Task<int> RunAsync(string[] arguments)
    {
        int At(int index, int otherwise) => arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;
        return new DeriveSpeed(At(0, 500), At(1, 5_000), At(2, 60)).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ingester-derive-").FullName;
        try
        {
            var store = new DirectoryStore(folder, TimeProvider.System);
            var events = await WriteAsync(store);
            Console.WriteLine($"{events:N0} events of {markets:N0} markets in {minutes:N0} minutes.");
            var verdict = new Verdict();
            var bars = await MeasureAsync(store, [DerivedDataset.Bars]);
            verdict.AtLeast("bars, times real time on one core", bars, LeastBars);
            await CompareWithDuckDbAsync(folder, bars);
            var books = await MeasureAsync(store, [DerivedDataset.Quotes, DerivedDataset.BookMetrics]);
            verdict.AtLeast("all datasets, times real time on one core", 1 / (1 / bars + 1 / books), LeastAll);
            await CompactAsync(store);
            return verdict.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<double> MeasureAsync(DirectoryStore store, DerivedDataset[] datasets)
    {
        var report = new DeriveReport();
        var options = new DeriveOptions { Exchanges = ["binance"], Datasets = datasets, BarMinutes = [.. BarMinutes] };
        var (watch, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        await using var deriver = new ExchangeDeriver(new ArchiveReader(store, ""), new DerivedStore(store, "", TimeProvider.System), "binance", options);
        await deriver.DeriveAsync(new(T0, T0 + minutes * Window.MicrosPerMinute), report, CancellationToken.None);
        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine($"{string.Join(", ", datasets.Select(dataset => dataset.Name()))}: {report.Rows.Sum():N0} rows ({report.Rows[0]:N0} complete) in {watch.Elapsed.TotalSeconds:N1} s, {cpu:N1} CPU s, "
            + $"working set at most {Process.GetCurrentProcess().PeakWorkingSet64 >> 20:N0} MiB.");
        return minutes * 60 / cpu;
    }

    /// <summary>The same bars by SQL, in DuckDB for Node with one thread, where INGESTER_DUCKDB names a folder with it.</summary>
    private async Task CompareWithDuckDbAsync(string folder, double bars)
    {
        if (Environment.GetEnvironmentVariable("INGESTER_DUCKDB") is not { } engine)
        {
            Console.WriteLine("DuckDB was not measured: INGESTER_DUCKDB names no folder with @duckdb/node-api.");
            return;
        }

        var script = Path.Combine(Corpus.Repository, "tests", "Ingester.Benchmarks", "DuckDb", "bars.mjs");
        string[] all = [script, Path.GetFullPath(engine), folder, .. BarMinutes.Select(length => length.ToString(CultureInfo.InvariantCulture))];
        using var node = Process.Start(new ProcessStartInfo("node", all) { UseShellExecute = false, RedirectStandardOutput = true })!;
        using var answer = JsonDocument.Parse(await node.StandardOutput.ReadToEndAsync());
        await node.WaitForExitAsync();
        var speed = minutes * 60 / answer.RootElement.GetProperty("cpu").GetDouble();
        Console.WriteLine($"DuckDB makes {answer.RootElement.GetProperty("bars")} bars by SQL at {speed:N0} times real time per core; the ratio is {bars / speed:N2}.");
    }

    /// <summary>Joins the minutes into objects of hours; reports time, size and memory.</summary>
    private static async Task CompactAsync(DirectoryStore store)
    {
        foreach (var dataset in Enum.GetValues<DerivedDataset>())
        {
            using var peak = new MemoryPeak();
            var watch = Stopwatch.StartNew();
            var hours = await new HourCompactor(new(store, "", TimeProvider.System), dataset, "binance", avroCodec: null).CompactAsync(new(T0, T0 + 60 * Window.MicrosPerMinute), CancellationToken.None);
            var size = 0L;
            await foreach (var found in store.ListAsync($"derived/{dataset.Name()}/", CancellationToken.None))
                size += found.Key.EndsWith(DerivedKey.Parquet, StringComparison.Ordinal) ? found.Size : 0;
            Console.WriteLine($"{dataset.Name()}: {hours} hour objects of {size >> 20:N0} MiB in {watch.Elapsed.TotalSeconds:N1} s, managed heap at most {peak.Managed >> 20:N0} MiB, working set at most {peak.WorkingSet >> 20:N0} MiB.");
        }
    }

    private async Task<long> WriteAsync(DirectoryStore store)
    {
        var total = Enumerable.Range(1, markets).Sum(rank => 1.0 / rank);
        var events = 0L;
        for (var rank = 1; rank <= markets; rank++)
        {
            var perMinute = Math.Max(1, (int)(eventsPerSecond * 60 / total / rank));
            var name = $"M{rank}-USDT";
            await SnapshotAsync(store, new(Dataset.Depth, "binance", name));
            var (trade, diff) = (1L, 1L);
            for (var minute = 0; minute < minutes + 1; minute++)
            {
                var (trades, diffs) = (Math.Max(1, perMinute / 3), Math.Max(1, perMinute * 2 / 3));
                await SegmentAsync(store, new(Dataset.Trades, "binance", name), minute, trade, trades, id => $"{{\"id\":\"{id}\",\"ts\":{At(minute, id - trade, trades)},\"side\":\"{(id % 2 == 0 ? "buy" : "sell")}\",\"price\":\"{Price(random.Next(-50, 50))}\",\"size\":\"0.{random.Next(1, 99_999):D5}\"}}");
                await SegmentAsync(store, new(Dataset.Depth, "binance", name), minute, diff, diffs, id => $"{{\"ts\":{At(minute, id - diff, diffs)},\"after\":{id - 1},\"upto\":{id},\"bids\":[{Level(-1)},{Level(-1)}],\"asks\":[{Level(1)}]}}");
                (trade, diff, events) = (trade + trades, diff + diffs, events + trades + diffs);
            }
        }

        return events;
    }

    private static long At(int minute, long index, int count) => T0 + minute * Window.MicrosPerMinute + index * Window.MicrosPerMinute / count;

    private static string Price(int ticks) => string.Create(CultureInfo.InvariantCulture, $"{(6_000_000 + ticks) / 100}.{(6_000_000 + ticks) % 100:D2}");

    private string Level(int side) => $"[\"{Price(side * random.Next(1, Levels))}\",\"{random.Next(1, 9)}.{random.Next(0, 99_999):D5}\"]";

    private static async Task SegmentAsync(DirectoryStore store, StreamId stream, int minute, long first, int count, Func<long, string> row)
    {
        using var rows = new RowBuffer();
        for (var id = first; id < first + count; id++)
        {
            rows.Append(Encoding.UTF8.GetBytes(row(id)));
            rows.Append("\n"u8);
        }

        await PutAsync(store, ObjectKey.Segment("", new(stream, new(T0 + minute * Window.MicrosPerMinute, 1), new SequenceRange(first - 1, first + count - 1), IsWhole: true)), rows, count);
    }

    private async Task SnapshotAsync(DirectoryStore store, StreamId stream)
    {
        using var rows = new RowBuffer();
        var (bids, asks) = (Enumerable.Range(1, Levels).Select(tick => $"[\"{Price(-tick)}\",\"1.5\"]"), Enumerable.Range(1, Levels).Select(tick => $"[\"{Price(tick)}\",\"1.5\"]"));
        rows.Append(Encoding.UTF8.GetBytes($"{{\"ts\":{T0 - 1},\"upto\":0,\"bids\":[{string.Join(',', bids)}],\"asks\":[{string.Join(',', asks)}],\"levels\":null,\"reason\":\"start\"}}\n"));
        await PutAsync(store, ObjectKey.Snapshot("", new SealedSnapshot { Stream = stream, Micros = T0 - 1, LastId = 0, Rows = rows }, "a"), rows, 1);
    }

    private static async Task PutAsync(DirectoryStore store, string key, RowBuffer rows, int count)
    {
        using var packed = RowCodec.Create(new()).Compress(rows);
        await store.PutAsync(key, packed, new(RowCompression.Hash(rows), count, ObjectMetadata.FormatVersion), CancellationToken.None);
    }
}
