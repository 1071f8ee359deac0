using BenchmarkDotNet.Running;
using Ingester.Benchmarks;
using Ingester.Benchmarks.EndToEnd;
using Ingester.Benchmarks.Feeding;
using Ingester.Benchmarks.Hosted;
using Ingester.Benchmarks.Micro;
using Ingester.Benchmarks.Model;
using Ingester.Benchmarks.Peers;
using Ingester.Benchmarks.Scenarios;
using Ingester.Benchmarks.Stages;
using Ingester.Benchmarks.Viewing;

try
{
    return await RunAsync(args);
}
catch (InvalidOperationException broken)
{
    Console.WriteLine($"WRONG: {broken.Message}"); // such as a recorder that exited during the measurement
    return 1;
}

static async Task<int> RunAsync(string[] args)
{
    switch (args)
    {
        case ["soak", .. var numbers]:
            return await Soak.RunAsync(numbers);
        case ["replay", .. var sizes]:
            return await Replay.RunAsync(sizes);
        case ["export", .. var sizes]:
            return await ExportDay.RunAsync(sizes);
        case ["verify", .. var sizes]:
            return await VerifyDay.RunAsync(sizes);
        case ["memory"]:
            return await ReaderMemory.RunAsync();
        case ["audit", .. var sizes]:
            return await AuditScale.RunAsync(sizes);
        case ["derive", .. var sizes]:
            return await DeriveSpeed.RunAsync(sizes);
        case ["load", .. var sizes]:
            return await LoadSpeed.RunAsync(sizes);
        case ["fuzz", .. var rest]:
            return FuzzCommand.Run(rest);
        case ["model", .. var rest]:
            return ModelCommand.Run(rest);
        case ["stores", .. var rest]:
            return await StoreCommand.RunAsync(rest);
        case ["days", .. var rest]:
            return await DayCommand.RunAsync(rest);
        case ["e2e", .. var rest]:
            return await EndToEndCommand.RunAsync(rest);
        case ["stages", .. var rest]:
            return StageCommand.Run(rest);
        case ["arrivals", .. var rest]:
            return await ArrivalCommand.RunAsync(rest);
        case ["latency", .. var rest]:
            return await LatencyCommand.RunAsync(rest);
        case ["live", .. var rest]:
            return await LiveCommand.RunAsync(rest);
        case ["dashboard", .. var rest]:
            return await DashboardCommand.RunAsync(rest);
        case ["steady", .. var rest]:
            return await SteadyCommand.RunAsync(rest);
        case ["scale", .. var rest]:
            return await ScaleCommand.RunAsync(rest);
        case ["burst", .. var rest]:
            return await BurstCommand.RunAsync(rest);
        case ["edge", .. var rest]:
            return await EdgeCommand.RunAsync(rest);
        case ["peers", .. var rest]:
            return await PeerCommand.RunAsync(rest);
        case ["feed", .. var rest]: // started by the scenarios
            return await FeedCommand.RunAsync(rest);
        case ["host", .. var rest]: // started by the scenarios
            return await HostCommand.RunAsync(rest);
        case ["delay", .. var rest]: // started by the scenarios
            return SchedulingDelay.Run(rest);
        default:
            BenchmarkSwitcher.FromAssembly(typeof(Soak).Assembly).Run(args, MicroConfig.Value);
            return 0;
    }
}
