using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ingester.Benchmarks.Scenarios;
using Ingester.Core.Time;
using Ingester.Deriving.Compaction;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Running;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Ingester.Testing;

namespace Ingester.Benchmarks;

/// <summary>
/// Measures how fast derived data is made on one core: many markets with Zipf-distributed activity, a third of the events trades, from a directory. The exit code
/// is 1 when bars are slower than 50 times real time, or all datasets slower than 10 times.
/// </summary>
internal sealed class DeriveSpeed(int markets, int eventsPerSecond, int minutes)
{
    private const double LeastBars = 50;
    private const double LeastAll = 10;

    private static readonly int[] BarMinutes = [1, 5, 60];

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
            var events = await new ZipfMarkets(markets, eventsPerSecond).WriteAsync(store, minutes);
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
        var options = new DeriveOptions { Exchanges = [ZipfMarkets.Exchange], Datasets = datasets, BarMinutes = [.. BarMinutes] };
        var (watch, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        await using var deriver = new ExchangeDeriver(new ArchiveReader(store, ""), new DerivedStore(store, "", TimeProvider.System), ZipfMarkets.Exchange, options);
        await deriver.DeriveAsync(new(ZipfMarkets.T0, ZipfMarkets.T0 + minutes * Window.MicrosPerMinute), report, CancellationToken.None);
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
            var hours = await new HourCompactor(new(store, "", TimeProvider.System), dataset, ZipfMarkets.Exchange, avroCodec: null).CompactAsync(new(ZipfMarkets.T0, ZipfMarkets.T0 + 60 * Window.MicrosPerMinute), CancellationToken.None);
            var size = 0L;
            await foreach (var found in store.ListAsync($"derived/{dataset.Name()}/", CancellationToken.None))
                size += found.Key.EndsWith(DerivedKey.Parquet, StringComparison.Ordinal) ? found.Size : 0;
            Console.WriteLine($"{dataset.Name()}: {hours} hour objects of {size >> 20:N0} MiB in {watch.Elapsed.TotalSeconds:N1} s, managed heap at most {peak.Managed >> 20:N0} MiB, working set at most {peak.WorkingSet >> 20:N0} MiB.");
        }
    }
}
