using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>Sends many times the usual rate for some seconds: nothing may be lost, the lag must drain soon, and the memory must be released.</summary>
internal static class BurstCommand
{
    private const int Before = 70; // seconds: more than a minute, so that the rows of a complete minute have been in memory once
    private const int Burst = 10;
    private const int After = 110; // seconds: the burst's minute is stored, and another one
    private const double DrainLimit = 10; // seconds
    private const int Counted = 2; // seconds of the usual rate: the recorder updates its counters once a second, and its status is read once a second
    private const double MaxMemory = 1.25; // times the memory before the burst, plus the slack of a pool
    private const double Slack = 32 << 20;

    private const string Usage = """
        burst YARDSTICKS [--rate 5000] [--times 20] [--streams 1000]

          Sends --rate frames/s for 70 s, --times that rate for 10 s, and --rate for 110 s. Prints a row every second. The lag is the number of frames that were
          due and are not counted as recorded yet (the recorder updates its counters once a second), in seconds of the usual rate. Nothing may be lost, the lag
          must be zero 10 s after the burst, and the memory of the last minute may exceed that before the burst by at most a quarter plus 32 MiB.
        """;

    /// <summary>Runs it; 0 when nothing was lost and the bounds hold.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (await ScenarioOptions.ReadAsync(arguments, Usage, Published.RecorderAsync, ("--rate", 5_000), ("--times", 20), ("--streams", 1_000)) is not { } options)
            return 2;
        var (rate, streams) = (options.Number("--rate"), options.Number("--streams"));
        Console.WriteLine("| second | due | recorded | lag | waiting objects | MiB |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
        var outcome = await new Scenario
        {
            Options = options,
            Feed = new()
            {
                Data = options.Data,
                Markets = streams / 2,
                Connections = Math.Min(50, streams / 2),
                Paces = [new(rate, Before), new(rate * options.Number("--times"), Burst), new(rate, After)],
            },
            Watch = sample => Print(sample, rate),
        }.RunAsync();

        var (from, to) = (Before + Burst, Before + Burst + After);
        var (before, worst, after) = (outcome.PeakMemory(0, Before), outcome.PeakMemory(Before, to), outcome.PeakMemory(to - 45, to));
        var lag = outcome.Samples.Max(sample => sample.Due - sample.Status.Events);
        var drained = outcome.Samples.First(sample => sample.At.TotalSeconds >= from && sample.Due - sample.Status.Events < Counted * rate).At.TotalSeconds - from;
        Console.WriteLine($"\nAt most {lag} frames behind, none {drained:0} s after the burst; memory {before >> 20} MiB before, {worst >> 20} MiB at most, {after >> 20} MiB at the end.");
        var verdict = new Verdict();
        verdict.Take(outcome);
        verdict.AtMost("seconds until the lag has drained", drained, DrainLimit);
        verdict.AtMost("memory at the end, MiB", after >> 20, (before * MaxMemory + Slack) / (1 << 20));
        return verdict.ExitCode;
    }

    private static void Print(Sample sample, int rate)
    {
        var behind = sample.Due - sample.Status.Events;
        Console.WriteLine($"| {sample.At.TotalSeconds:0} | {sample.Due} | {sample.Status.Events} | {Math.Max(0, behind) / (double)rate:0.0} s | {sample.Status.BacklogObjects} | {sample.Status.WorkingSet >> 20} |");
    }
}
