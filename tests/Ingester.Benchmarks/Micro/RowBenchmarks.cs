using BenchmarkDotNet.Attributes;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Benchmarks.Micro;

/// <summary>Writing the row of an event; the baseline copies the finished row of a trade.</summary>
[MemoryDiagnoser]
public class RowBenchmarks
{
    private const int Count = 200;
    private const long Micros = 1_761_350_400_123_456;

    private readonly byte[] finished = """{"id":"3141592653","ts":1761350400123456,"side":"buy","price":"68123.45000000","size":"0.00120000"}"""u8.ToArray();
    private readonly byte[] levels = """[["68123.45000000","0.50000000"],["68123.40000000","1.25000000"],["68122.00000000","0.00000000"]]"""u8.ToArray();

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void Copy()
    {
        using var rows = new RowBuffer();
        for (var i = 0; i < Count; i++)
        {
            finished.CopyTo(rows.GetSpan(finished.Length));
            rows.Advance(finished.Length);
        }
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void Trade()
    {
        using var rows = new RowBuffer();
        for (var i = 0; i < Count; i++)
            RowWriter.WriteTrade(rows, new() { Id = "3141592653"u8, Micros = Micros, Price = "68123.45000000"u8, Size = "0.00120000"u8 });
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void Depth()
    {
        using var rows = new RowBuffer();
        for (var i = 0; i < Count; i++)
            RowWriter.WriteDiff(rows, new() { Range = new SequenceRange(157, 160), Micros = Micros, Bids = levels, Asks = levels });
    }
}
