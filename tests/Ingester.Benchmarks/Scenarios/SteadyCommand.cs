using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>Measures allocations, garbage collections and memory over minutes at a constant rate, within the memory limit of a container.</summary>
internal static class SteadyCommand
{
    private const int Warm = 60; // seconds: the rows of one minute
    private const double MaxAllocated = 16;

    private const string Usage = """
        steady YARDSTICKS [--rate 50000] [--seconds 660] [--memory 512] [--streams 1000] [--bucket 0]

          Runs in a control group of --memory MiB, if this machine permits it; the bound of the working set applies in any case. After the first minute: at
          most 16 bytes allocated per frame and no gen 2 collection. --bucket 1 stores into a bucket on loopback instead of a directory (a directory in memory
          would count towards the limit).
        """;

    /// <summary>Runs it; 0 when nothing was lost and the bounds hold.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (await ScenarioOptions.ReadAsync(arguments, Usage, Published.RecorderAsync, ("--rate", 50_000), ("--seconds", 660), ("--memory", 512), ("--streams", 1_000), ("--bucket", 0)) is not { } options)
            return 2;
        var most = (long)options.Number("--memory") << 20;
        using var limit = MemoryLimit.TryMake(most);
        if (limit is null)
            Console.WriteLine("No control group can be created here: the working set is sampled instead.");
        var (rate, streams, seconds) = (options.Number("--rate"), options.Number("--streams"), options.Number("--seconds"));
        var outcome = await new Scenario
        {
            Options = options,
            Limit = limit,
            Bucket = options.Number("--bucket") != 0,
            Feed = new() { Data = options.Data, Markets = streams / 2, Connections = Math.Min(50, streams / 2), Paces = [new(rate, seconds)] },
        }.RunAsync();
        var piece = new Piece(outcome.After(Math.Min(Warm, seconds / 2)), outcome.Samples[^1]);
        var peak = outcome.PeakMemory(0, double.MaxValue);
        Console.WriteLine("| frames/s | minutes | CPU s per million | bytes allocated per frame | gen 2 | peak working set MiB | peak of the group MiB | gzip ratio | max sender delay |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var ratio = outcome.Stored.Bytes == 0 ? "" : $"{(double)outcome.Stored.Bytes / outcome.Stored.Packed:0.0}";
        Console.WriteLine($"| {rate} | {(piece.To.At - piece.From.At).TotalMinutes:0.0} | {piece.PerMillion:0.00} | {piece.AllocatedPerFrame:0.0} | {piece.OldestCollections} "
            + $"| {peak >> 20} | {(limit is null ? "" : $"{limit.Peak >> 20}")} | {ratio} | {outcome.SenderLate.TotalMilliseconds:0} ms |");

        var verdict = new Verdict();
        verdict.Take(outcome);
        verdict.AtMost("bytes allocated per frame", piece.AllocatedPerFrame, MaxAllocated);
        verdict.AtMost("gen 2 collections", piece.OldestCollections, 0);
        verdict.AtMost("peak working set, MiB", peak >> 20, most >> 20);
        verdict.AtMost("processes killed by the kernel", limit?.Kills ?? 0, 0);
        return verdict.ExitCode;
    }
}
