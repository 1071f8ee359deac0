using BenchmarkDotNet.Attributes;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges.Binance;
using Ingester.Recording.Lanes;
using Ingester.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Benchmarks.Micro;

/// <summary>Recording of a frame by its lane: into the open segment (the baseline), or as the first event of a later minute, which closes the previous segment.</summary>
[MemoryDiagnoser]
public class LaneBenchmarks
{
    private const int Count = 100;
    private const long Begin = 1_761_350_400_000_000;

    private readonly IngesterMeter meter = new();
    private readonly MovedClock clock = new();
    private readonly byte[] frame = """{"stream":"btcusdt@trade","data":{"e":"trade","E":1761350400000,"s":"BTCUSDT","t":100000000000,"p":"68123.45000000","q":"0.00120000","T":1761350400000,"m":true,"M":true}}"""u8.ToArray();
    private readonly int id;
    private readonly int time;
    private ILaneFeed feed = null!;
    private long last = 100_000_000_000;
    private long micros = Begin;

    public LaneBenchmarks() => (id, time) = (frame.AsSpan().IndexOf("\"t\":"u8) + 4, frame.AsSpan().IndexOf("\"T\":"u8) + 4);

    [GlobalSetup]
    public void Open()
    {
        var context = new SegmentContext(new(), new NoOutput(), new(meter, NullLogger<SegmentEvents>.Instance));
        var lane = new Lane(BinanceSpot.Global, context, new(meter, NullLogger<LaneEvents>.Instance), clock);
        lane.Add([new(Dataset.Trades, new("BTC-USDT", "BTCUSDT"))]);
        feed = lane.OpenFeed(new IgnoringListener());
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void Append() => Receive(passing: 0);

    [Benchmark(OperationsPerInvoke = Count)]
    public void AppendAndClose() => Receive(Window.MicrosPerMinute);

    private void Receive(long passing)
    {
        if (passing == 0)
            micros += Window.MicrosPerMinute; // so that a segment does not grow from call to call
        for (var i = 0; i < Count; i++)
        {
            micros += passing;
            clock.Now = micros;
            Write(frame.AsSpan(id, 12), ++last);
            Write(frame.AsSpan(time, 13), micros / 1_000);
            feed.Receive(frame);
        }
    }

    private static void Write(Span<byte> digits, long value)
    {
        for (var i = digits.Length - 1; i >= 0; i--, value /= 10)
            digits[i] = (byte)('0' + value % 10);
    }

    private sealed class MovedClock : TimeProvider
    {
        public long Now { get; set; } = Begin;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(Now);
    }

    private sealed class NoOutput : ISegmentOutput
    {
        public CoverageJournal Coverage => field ??= new(this);

        public bool TryAdd(SealedSegment segment)
        {
            segment.Rows.Dispose();
            return true;
        }

        public bool TryAdd(SealedSnapshot book) => false;

        public void Add(in JournalRow row)
        {
        }
    }
}
