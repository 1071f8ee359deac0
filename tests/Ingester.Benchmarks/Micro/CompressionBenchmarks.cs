using System.Text;
using BenchmarkDotNet.Attributes;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Storage.Compression;

namespace Ingester.Benchmarks.Micro;

/// <summary>Compression of a minute of rows of a busy market, as the recorder does it (the baseline) and by the library of .NET at each level, and hashing.</summary>
[MemoryDiagnoser]
public class CompressionBenchmarks
{
    private const int Count = 600;

    private readonly RowBuffer rows = new();
    private readonly IRowCodec codec = RowCodec.Create(new());

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        for (var i = 0; i < Count; i++)
            RowWriter.WriteDiff(rows, new() { Range = SequenceRange.One(50_093_239_188 + i), Micros = 1_761_350_400_000_000 + i * 100_000, Bids = Levels(random), Asks = Levels(random) });
    }

    [Benchmark]
    public long Hash() => RowCompression.Hash(rows).Length;

    [Benchmark(Baseline = true)]
    public long Recorded()
    {
        using var packed = codec.Compress(rows);
        return packed.Length;
    }

    [Benchmark]
    public long Level1() => Pack(1);

    [Benchmark]
    public long Level2() => Pack(2);

    [Benchmark]
    public long Level3() => Pack(3);

    [Benchmark]
    public long Level4() => Pack(4);

    [Benchmark]
    public long Level6() => Pack(6);

    private long Pack(int level)
    {
        using var packed = RowCompression.Compress(rows, level);
        return packed.Length;
    }

    private static byte[] Levels(Random random) => Encoding.UTF8.GetBytes(
        $"[{string.Join(',', Enumerable.Range(0, 1 + random.Next(6)).Select(_ => $"[\"{68_000 + random.Next(30_000) / 100.0:0.00}000000\",\"{random.Next(4) * random.Next(100_000_000) / 1e8:0.00000000}\"]"))}]");
}
