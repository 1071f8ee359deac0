using BenchmarkDotNet.Running;
using Ingester.Benchmarks;

if (args is ["soak", .. var numbers])
    return await Soak.RunAsync(numbers);
if (args is ["replay", .. var sizes])
    return await Replay.RunAsync(sizes);
BenchmarkSwitcher.FromAssembly(typeof(Soak).Assembly).Run(args);
return 0;
