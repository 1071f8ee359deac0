using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Ingester.Core.Exchanges;
using Ingester.Exchanges;

namespace Ingester.Benchmarks.Micro;

/// <summary>Decoding of all frames of an exchange; the baseline only reads their JSON.</summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private readonly NoSink sink = new();
    private byte[][] frames = [];
    private IFrameDecoder decoder = null!;

    public static IEnumerable<string> Exchanges => ExchangeCatalog.All.Select(exchange => exchange.Profile.Name);

    [ParamsSource(nameof(Exchanges))]
    public string Exchange { get; set; } = "";

    [GlobalSetup]
    public void Open() => (frames, decoder) = (Frames.Of(Exchange), ExchangeCatalog.Find(Exchange)!.CreateDecoder());

    [Benchmark(Baseline = true)]
    public int Walk()
    {
        var tokens = 0;
        foreach (var frame in frames)
        {
            var json = new Utf8JsonReader(frame);
            while (json.Read())
                tokens++;
        }

        return tokens;
    }

    [Benchmark]
    public int Decode()
    {
        foreach (var frame in frames)
            decoder.Decode(frame, sink);
        return sink.Events;
    }

    private sealed class NoSink : IEventSink
    {
        public int Events { get; private set; }

        public void OnTrade(in TradeEvent trade) => Events++;

        public void OnDiff(in DepthEvent diff) => Events++;

        public void OnSnapshot(in DepthEvent book) => Events++;

        public void OnNotice(in Notice notice) => Events++;
    }
}
