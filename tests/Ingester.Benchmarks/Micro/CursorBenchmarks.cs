using BenchmarkDotNet.Attributes;
using Ingester.Core.Sequencing;

namespace Ingester.Benchmarks.Micro;

/// <summary>Classification of an event by the cursor of its stream; the baseline is the next event of the chain.</summary>
[MemoryDiagnoser]
public class CursorBenchmarks
{
    private const int Count = 1_000;

    private readonly StreamCursor cursor = new(SequenceKind.Contiguous);
    private long next;

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void Contiguous()
    {
        for (var i = 0; i < Count; i++, next++)
            cursor.Advance(Event(next));
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void Duplicate()
    {
        for (var i = 0; i < Count; i++)
            cursor.Evaluate(Event(next - 1));
    }

    /// <summary>Two events in the wrong order.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Late()
    {
        for (var i = 0; i < Count; i++, next += 2)
        {
            cursor.Evaluate(Event(next + 1));
            cursor.Evaluate(Event(next));
            cursor.TakeReachedRun();
        }
    }

    [GlobalSetup(Targets = [nameof(Contiguous), nameof(Duplicate), nameof(Late)])]
    public void Begin() => cursor.Evaluate(Event(next++));

    private static CursorEvent Event(long after) => new(new(after, after + 1), after, (ulong)after, Connection: 1);
}
