using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Ingester.Benchmarks.Micro;

/// <summary>Short runs in this process: the results are the ratio to the baseline and the allocated bytes, not the time.</summary>
internal static class MicroConfig
{
    /// <summary>The configuration of every micro benchmark.</summary>
    public static IConfig Value { get; } = DefaultConfig.Instance
        .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
        .HideColumns(Column.Error, Column.StdDev, Column.RatioSD, Column.Gen0, Column.Gen1, Column.Gen2)
        .WithOptions(ConfigOptions.DisableLogFile);
}
