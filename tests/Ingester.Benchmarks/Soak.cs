using System.Diagnostics;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Demo;
using Ingester.Simulator;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>
/// Sends many streams at a constant rate for some minutes to one recorder in its own process, compares the sent events with the store row by
/// row, and samples the recorder's memory.
/// </summary>
internal sealed class Soak(int streams, double rate, double minutes)
{
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Warm = TimeSpan.FromMinutes(1);

    private readonly List<(TimeSpan At, long WorkingSet)> memory = [];

    /// <summary>Reads <c>soak [STREAMS [EVENTS_PER_SECOND [MINUTES]]]</c> and runs it.</summary>
    public static Task<int> RunAsync(string[] arguments)
    {
        double At(int index, double otherwise) => arguments.Length > index ? double.Parse(arguments[index]) : otherwise;
        return new Soak((int)At(0, 2_000), At(1, 20_000), At(2, 3)).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ingester-soak-").FullName;
        try
        {
            await using var simulator = await ExchangeSimulator.StartAsync(new()
            {
                Exchanges = ["binance"],
                Markets = streams / 2, // trades and depth
                EventsPerSecond = rate,
                TruthDirectory = Path.Combine(folder, "truth"),
            });
            using var replica = new ReplicaProcess("a", Configure(folder, simulator), Path.Combine(folder, "a.log"));
            await replica.WaitUntilReadyAsync(CancellationToken.None);
            var cpu = await WatchAsync(replica);
            simulator.StopGenerating();
            var exit = await replica.StopAsync(CancellationToken.None);
            return await JudgeAsync(folder, simulator, exit, cpu);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Configure(string folder, ExchangeSimulator simulator)
    {
        var path = Path.Combine(folder, "recorder.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Ingester = new
            {
                Store = new { Directory = Path.Combine(folder, "store") },
                StopTimeout = "00:02:00",
                Exchanges = new
                {
                    binance = new { Markets = new[] { "*" }, WebSocket = simulator.WebSocketAddress("binance").ToString(), Rest = simulator.RestAddress("binance").ToString() },
                },
            },
        }));
        return path;
    }

    private async Task<(double Seconds, long Events)> WatchAsync(ReplicaProcess replica)
    {
        using var process = Process.GetProcessById(replica.Id);
        var began = Stopwatch.StartNew();
        var (before, first) = (process.TotalProcessorTime, (await replica.GetStatusAsync(CancellationToken.None))!.Events);
        while (began.Elapsed < TimeSpan.FromMinutes(minutes))
        {
            await Task.Delay(Sample);
            if (await replica.GetStatusAsync(CancellationToken.None) is not { } status)
                continue;
            memory.Add((began.Elapsed, status.WorkingSet));
            Console.WriteLine($"{began.Elapsed:mm\\:ss}  {status.Events,12:N0} events  {status.WorkingSet >> 20,6:N0} MiB  {status.BacklogObjects,6:N0} waiting objects");
        }

        process.Refresh();
        var last = (await replica.GetStatusAsync(CancellationToken.None))!.Events;
        return ((process.TotalProcessorTime - before).TotalSeconds, last - first);
    }

    private async Task<int> JudgeAsync(string folder, ExchangeSimulator simulator, int exit, (double Seconds, long Events) cpu)
    {
        var check = await StoreCheck.ListAsync(new DirectoryStore(Path.Combine(folder, "store"), TimeProvider.System), "", CancellationToken.None);
        var faults = new List<string>();
        long rows = 0, whole = 0;
        foreach (var count in simulator.Counts().Where(count => count.Stream.Dataset != Dataset.AggTrades))
        {
            var verdict = await check.CheckStreamAsync(count.Stream, [.. simulator.Truth(count.Stream)], CancellationToken.None);
            faults.AddRange(verdict.Errors.Select(fault => $"{count.Stream}: {fault}"));
            rows += verdict.SentRows;
            whole += verdict.WholeWindows;
        }

        faults.AddRange((await check.ReadGapsAsync(CancellationToken.None)).Select(gap => $"gap: {gap}"));
        var stats = simulator.Stats("binance");
        if (stats.SlowReaders > 0)
            faults.Add($"{stats.SlowReaders} connections were closed because the recorder was too slow");
        var settled = memory.Where(sample => sample.At > Warm).Select(sample => sample.WorkingSet >> 20).DefaultIfEmpty().ToList();
        Console.WriteLine($"{streams:N0} streams, {cpu.Events / (minutes * 60):N0} events/s: {rows:N0} rows sent and compared, {whole:N0} whole windows, exit code {exit}.");
        Console.WriteLine($"CPU {cpu.Seconds / cpu.Events * 1e6:N1} s per million events ({cpu.Seconds / (minutes * 60):P0} of a core); "
            + $"memory after the first minute {settled.Min():N0} to {settled.Max():N0} MiB.");
        foreach (var fault in faults.Take(20))
            Console.WriteLine($"WRONG: {fault}");
        Console.WriteLine(faults.Count == 0 ? "Nothing is lost." : $"{faults.Count} errors.");
        return faults.Count == 0 && exit == 0 ? 0 : 1;
    }
}
