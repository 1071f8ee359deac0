namespace Ingester.Benchmarks.EndToEnd;

/// <summary>
/// Measures the cost of recording from the socket to the store, and compares it with a lower bound: the recorder and the floor receive the same frames from the
/// same sender, one after the other, each on one CPU.
/// </summary>
internal static class EndToEndCommand
{
    /// <summary>Runs it; 0 when nothing was lost.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (EndToEndOptions.Read(arguments) is not { } options)
        {
            Console.Error.WriteLine(EndToEndOptions.Usage);
            return 2;
        }

        IReadOnlyList<string[]> recorders = options.Recorders.Count > 0 ? options.Recorders : [await Published.RecorderAsync()];
        PinnedProcess.StayWithSenders();
        var faults = 0;
        Console.WriteLine("| case | program | CPU s per million | × floor | gzip ratio | peak MiB | bytes allocated per frame | gen 2 | CPU s to warm |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var @case in options.Cases)
        {
            var floors = new List<RunCost>();
            var measured = recorders.Select(_ => new List<RunCost>()).ToArray();
            for (var run = 0; run < options.Runs; run++)
            {
                floors.Add(await Floor.RunAsync(options.Yardsticks, @case));
                for (var i = 0; i < measured.Length; i++)
                    measured[i].Add(await new RecorderRun(options, recorders[i], @case).RunAsync());
            }

            var floor = floors.Median(run => run.PerMillion);
            Print(@case, "floor", floors, floor);
            for (var i = 0; i < measured.Length; i++)
                Print(@case, measured.Length == 1 ? "recorder" : recorders[i][^1], measured[i], floor);
            foreach (var fault in measured.SelectMany(runs => runs).Select(run => run.Fault).OfType<string>())
            {
                Console.WriteLine($"WRONG: {fault}");
                faults++;
            }
        }

        return faults == 0 ? 0 : 1;
    }

    private static void Print(Case @case, string program, List<RunCost> runs, double floor)
    {
        var perMillion = runs.Median(run => run.PerMillion);
        var allocated = runs[0].AllocatedPerFrame is null ? "" : $"{runs.Median(run => run.AllocatedPerFrame!.Value):0.0}";
        var collections = runs[0].OldestCollections is null ? "" : $"{runs.Max(run => run.OldestCollections)}";
        var start = runs[0].StartSeconds is null ? "" : $"{runs.Median(run => run.StartSeconds!.Value):0.0}";
        Console.WriteLine($"| {@case.Name} | {program} | {perMillion:0.00} ({runs.Min(run => run.PerMillion):0.00} to {runs.Max(run => run.PerMillion):0.00}) | {perMillion / floor:0.00} | "
            + $"{runs.Median(run => run.Ratio):0.0} | {runs.Median(run => run.PeakMemory) / (1 << 20):0} | {allocated} | {collections} | {start} |");
    }
}
