using BenchmarkDotNet.Running;
using Ingester.Benchmarks;

if (args is ["soak", .. var numbers])
    return await Soak.RunAsync(numbers);
BenchmarkSwitcher.FromAssembly(typeof(Soak).Assembly).Run(args);
return 0;
