using BenchmarkDotNet.Running;
using Ingester.Benchmarks;
using Ingester.Benchmarks.EndToEnd;
using Ingester.Benchmarks.Stages;

switch (args)
{
    case ["soak", .. var numbers]:
        return await Soak.RunAsync(numbers);
    case ["replay", .. var sizes]:
        return await Replay.RunAsync(sizes);
    case ["audit", .. var sizes]:
        return await AuditScale.RunAsync(sizes);
    case ["e2e", .. var rest]:
        return await EndToEndCommand.RunAsync(rest);
    case ["stages", .. var rest]:
        return StageCommand.Run(rest);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Soak).Assembly).Run(args);
        return 0;
}
