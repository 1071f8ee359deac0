using BenchmarkDotNet.Attributes;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;

namespace Ingester.Benchmarks.Micro;

/// <summary>The key of a segment: formatting (the baseline) and parsing.</summary>
[MemoryDiagnoser]
public class KeyBenchmarks
{
    private readonly SegmentKey name = new(new(Dataset.Trades, "binance", "BTC-USDT"), Window.Containing(1_761_350_400_000_000, 1), new(3_735_683_258, 3_735_684_112), IsWhole: true);
    private string key = "";

    [GlobalSetup]
    public void Write() => key = ObjectKey.Segment("", name);

    [Benchmark(Baseline = true)]
    public string Key() => ObjectKey.Segment("", name);

    [Benchmark]
    public bool Parse() => SegmentKey.TryParse("", key, out _);
}
