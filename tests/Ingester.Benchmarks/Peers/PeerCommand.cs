using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Peers;

/// <summary>Compares the recorder with simple recorders on widely used libraries, at full speed, one after the other.</summary>
internal static class PeerCommand
{
    private const double DotNetFactor = 2.5;
    private const double NodeFactor = 8;

    /// <summary>Runs it; 0 when nothing was lost and the recorder is cheaper by the required factors.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (EndToEndOptions.Read(arguments) is not { } options)
        {
            Console.Error.WriteLine(EndToEndOptions.Usage.Replace("e2e YARDSTICKS", "peers YARDSTICKS", StringComparison.Ordinal));
            return 2;
        }

        var recorder = options.Recorders.Count > 0 ? options.Recorders[0] : await Published.RecorderAsync();
        var folder = Directory.CreateTempSubdirectory("ingester-peers-").FullName;
        try
        {
            var markets = Path.Combine(options.Yardsticks, "data/markets.txt");
            var dotNet = await Peer.DotNetAsync(markets, Directory.CreateDirectory(Path.Combine(folder, "dotnet")).FullName);
            var node = await Peer.NodeAsync(markets, Directory.CreateDirectory(Path.Combine(folder, "node")).FullName);
            PinnedProcess.StayWithSenders();
            return await CompareAsync(options, recorder, [(dotNet, DotNetFactor), (node, NodeFactor)]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> CompareAsync(EndToEndOptions options, string[] recorder, IReadOnlyList<(Peer? Peer, double Factor)> peers)
    {
        var @case = Case.All[0];
        var own = new List<RunCost>();
        var others = peers.Select(_ => new List<RunCost>()).ToArray();
        for (var run = 0; run < options.Runs; run++)
        {
            own.Add(await new RecorderRun(options, recorder, @case).RunAsync());
            for (var i = 0; i < others.Length; i++)
                if (peers[i].Peer is { } peer)
                    others[i].Add(await peer.MeasureAsync(options.Yardsticks, @case));
        }

        var verdict = new Scenarios.Verdict();
        Console.WriteLine("| program | CPU s per million | × the recorder | gzip ratio | MiB |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        var cost = Print("recorder", own, null);
        for (var i = 0; i < others.Length; i++)
            if (peers[i].Peer is { } peer)
                verdict.AtLeast($"times that {peer.Name} costs more", Print(peer.Name, others[i], cost) / cost, peers[i].Factor);
            else
                Console.WriteLine("A peer is missing, see above.");
        foreach (var fault in own.Concat(others.SelectMany(runs => runs)).Select(run => run.Fault).OfType<string>())
            verdict.Wrong(fault);
        return peers.All(peer => peer.Peer is not null) ? verdict.ExitCode : 1;
    }

    private static double Print(string program, List<RunCost> runs, double? recorder)
    {
        var cost = runs.Median(run => run.PerMillion);
        Console.WriteLine($"| {program} | {cost:0.00} ({runs.Min(run => run.PerMillion):0.00} to {runs.Max(run => run.PerMillion):0.00}) | {(recorder is { } own ? $"{cost / own:0.0}" : "")} "
            + $"| {runs.Median(run => run.Ratio):0.0} | {runs.Max(run => run.PeakMemory) >> 20} |");
        return cost;
    }
}
