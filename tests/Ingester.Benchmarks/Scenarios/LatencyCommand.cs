using Ingester.Benchmarks.EndToEnd;
using Ingester.Benchmarks.Hosted;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>Measures the delay of a frame from the exchange's socket to its row, and of a closed segment to the store.</summary>
internal static class LatencyCommand
{
    private const int Warm = 20; // seconds
    private const double MaxReceiving = 1_000; // microseconds
    private const double MaxStoring = 5_000; // milliseconds

    private const string Usage = """
        latency YARDSTICKS [--rate 20000] [--seconds 60] [--streams 4000]

          From the send of a frame to its row in its segment, 1,000 streams on 50 connections: p99 below 1 ms. From the event that closes a segment until it is
          stored, --streams streams on 40 connections, rank 0, a bucket on loopback, without the configured spread: p99 below 5 s.
          The first row is the scheduling delay of the machine, which is the lower bound for the second row. The third row covers only the seconds without
          steal time; the bounds apply to all seconds.
        """;

    /// <summary>Runs it; 0 when nothing was lost and the bounds hold.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (await ScenarioOptions.ReadAsync(arguments, Usage, Published.HostAsync, ("--rate", 20_000), ("--seconds", 60), ("--streams", 4_000)) is not { } options)
            return 2;
        var verdict = new Verdict();
        var rate = options.Number("--rate");
        Console.WriteLine("| measurement | streams | frames/s | count | p50 | p99 | p99.9 | longest | max sender delay |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");

        Print("scheduling delay of the machine", (0, 0), await SchedulingDelay.WatchAsync(), TimeSpan.Zero);
        var received = await new Scenario
        {
            Options = options,
            Timed = true,
            Feed = new() { Data = options.Data, Markets = 500, Connections = 50, Paces = [new(rate, options.Number("--seconds"))] },
        }.RunAsync();
        var delays = received.Received.Between(received.Received.Origin + Warm, long.MaxValue);
        Print("frame sent → row in its segment", (1_000, rate), delays, received.SenderLate);
        var quiet = received.Received.In(second => second >= received.Received.Origin + Warm && received.Stolen.IsQuiet(second));
        Print("… in seconds without steal time", (1_000, rate), quiet, received.SenderLate);
        verdict.Take(received);
        verdict.AtMost("p99 of receiving, µs", delays.Quantile(0.99), MaxReceiving);

        var streams = options.Number("--streams");
        var stored = await new Scenario
        {
            Options = options,
            Timed = true,
            Bucket = true,
            Feed = new() { Data = options.Data, Markets = streams / 2, Connections = streams / 100, Paces = [new(rate, 85)], BeginAt = 50, Even = true },
        }.RunAsync();
        var kept = stored.Kept.Between(stored.Received.Origin + Warm, long.MaxValue);
        Print("segment closed → stored, without the spread", (streams, rate), kept, stored.SenderLate);
        verdict.Take(stored);
        verdict.AtMost("p99 of storing, ms", kept.Quantile(0.99) / 1e3, MaxStoring);
        verdict.AtLeast("closed segments that were stored", kept.Count, streams); // those of the second edge
        return verdict.ExitCode;
    }

    private static void Print(string label, (int Streams, int Rate) load, Delays delays, TimeSpan late) => Console.WriteLine(
        $"| {label} | {load.Streams} | {load.Rate} | {delays.Count} | {delays.Quantile(0.5) / 1e3:0.000} ms | {delays.Quantile(0.99) / 1e3:0.000} ms "
        + $"| {delays.Quantile(0.999) / 1e3:0.000} ms | {delays.Max / 1e3:0.000} ms | {late.TotalMilliseconds:0.0} ms |");
}
