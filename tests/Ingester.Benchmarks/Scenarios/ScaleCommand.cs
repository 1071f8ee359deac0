using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>Compares many streams with few: memory while they are silent, CPU time per frame, and the time to start.</summary>
internal static class ScaleCommand
{
    private const int Connections = 100;
    private const int Idle = 20; // seconds of silence before memory is measured
    private const int Warm = 15; // seconds of frames before the measurement of one minute
    private const double MaxIdle = 8 * 1024;
    private const double MaxCost = 1.2;
    private const double MaxStart = 10;

    private const string Usage = """
        scale YARDSTICKS [--rate 20000] [--streams 10000]

          Compares --streams streams with 100 streams, both on 100 connections at the same total rate, which all streams share equally. Bounds: less than 8 KiB
          of memory for each additional silent stream, at most 1.2 times the CPU time per frame, ready within 10 s (the connection limit of Binance delays
          nothing up to 150 connections of 200 streams).
        """;

    /// <summary>Runs it; 0 when nothing was lost and the bounds hold.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (await ScenarioOptions.ReadAsync(arguments, Usage, Published.RecorderAsync, ("--rate", 20_000), ("--streams", 10_000)) is not { } options)
            return 2;
        var (few, many) = (Connections, options.Number("--streams"));
        Console.WriteLine("| streams | connections | seconds to ready | idle MiB | CPU s per million | bytes allocated per frame | objects | peak MiB |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var (small, large) = (await RunAsync(options, few), await RunAsync(options, many));
        var perStream = (double)(large.Idle - small.Idle) / (many - few);
        var cost = large.Cost.PerMillion / small.Cost.PerMillion;
        Console.WriteLine($"\nEach additional silent stream uses {perStream / 1024:0.0} KiB; a frame costs {cost:0.00} times as much with {many} streams as with {few}.");
        var verdict = new Verdict();
        verdict.Take(small.Outcome);
        verdict.Take(large.Outcome);
        verdict.AtMost("bytes per silent stream", perStream, MaxIdle);
        verdict.AtMost("cost of a frame, relative to few streams", cost, MaxCost);
        verdict.AtMost("seconds to ready", large.Outcome.Start.TotalSeconds, MaxStart);
        return verdict.ExitCode;
    }

    private static async Task<(Outcome Outcome, long Idle, Piece Cost)> RunAsync(ScenarioOptions options, int streams)
    {
        var outcome = await new Scenario
        {
            Options = options,
            Feed = new()
            {
                Data = options.Data,
                Markets = streams / 2,
                Connections = Connections,
                Even = true,
                Paces = [new(0, Idle), new(options.Number("--rate"), Warm + 62)],
            },
        }.RunAsync();
        var idle = outcome.After(Idle - 2).Status.WorkingSet;
        var piece = new Piece(outcome.After(Idle + Warm), outcome.After(Idle + Warm + 60));
        Console.WriteLine($"| {streams} | {Connections} | {outcome.Start.TotalSeconds:0.0} | {idle >> 20} | {piece.PerMillion:0.00} | {piece.AllocatedPerFrame:0.0} "
            + $"| {outcome.Samples[^1].Status.Segments.Values.Sum()} | {outcome.PeakMemory(0, double.MaxValue) >> 20} |");
        return (outcome, idle, piece);
    }
}
