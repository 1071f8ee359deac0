using BenchmarkDotNet.Attributes;
using Ingester.Core.Sequencing;

namespace Ingester.Benchmarks.Micro;

/// <summary>An event before the cursor of its stream; the baseline is the one that nearly all are.</summary>
[MemoryDiagnoser]
public class CursorBenchmarks
{
    private const int Count = 1_000;

    private readonly StreamCursor cursor = new();
    private long next;

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void Contiguous()
    {
        for (var i = 0; i < Count; i++, next++)
            cursor.Take(new(next, next + 1), next);
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void Duplicate()
    {
        for (var i = 0; i < Count; i++)
            cursor.Take(new(next - 1, next), next);
    }

    /// <summary>A hole, and then what was missing.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Late()
    {
        for (var i = 0; i < Count; i++, next += 2)
        {
            cursor.Take(new(next + 1, next + 2), next);
            cursor.Take(new(next, next + 1), next);
        }
    }

    [GlobalSetup(Targets = [nameof(Contiguous), nameof(Duplicate), nameof(Late)])]
    public void Begin() => cursor.Take(new(next, ++next), next);
}
