using System.Diagnostics;
using Ingester.Core.Exchanges;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Exchanges.Binance;
using Ingester.Recording.Lanes;
using Ingester.Storage.Compression;
using Ingester.Storage.Native;
using Ingester.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Benchmarks.Stages;

/// <summary>
/// Measures each stage of recording separately, on one thread and without sockets: decoding, recording into segments, hashing and compressing. The sum is
/// the cost of recording frames that are in memory; the end-to-end benchmark adds receiving, thread wake-ups and storing.
/// </summary>
internal static class StageCommand
{
    private const int Most = 500_000;
    private const int Rounds = 3;

    /// <summary>Reads <c>stages YARDSTICKS</c> and runs it.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments is not [var yardsticks])
        {
            Console.Error.WriteLine("stages YARDSTICKS: a folder with data/ (frames.jsonl, markets.txt)");
            return 2;
        }

        var frames = File.ReadLines(Path.Combine(yardsticks, "data/frames.jsonl")).Take(Most).Select(line => System.Text.Encoding.UTF8.GetBytes(line)).ToArray();
        var symbols = File.ReadAllLines(Path.Combine(yardsticks, "data/markets.txt"));
        Console.WriteLine($"{frames.Length:N0} frames, CPU seconds per million frames, the last of {Rounds} rounds:");
        for (var round = 1; round <= Rounds; round++)
        {
            var last = round == Rounds;
            Report("decode", frames.Length, last, () => Decode(frames));
            var sealedRows = new KeepingOutput();
            Report("decode and record", frames.Length, last, () => Record(frames, symbols, sealedRows));
            Report("hash", frames.Length, last, () => sealedRows.Rows.ForEach(rows => RowCompression.Hash(rows)));
            for (var level = 1; level <= 6; level++)
                Pack(sealedRows, ($".NET, level {level}", new ManagedCodec(level)), frames.Length, last);
            for (var level = 1; level <= 9 && Libdeflate.IsAvailable; level++)
                Pack(sealedRows, ($"libdeflate, level {level}", new LibdeflateCodec(level)), frames.Length, last);
            sealedRows.Rows.ForEach(rows => rows.Dispose());
        }

        return 0;
    }

    private static void Pack(KeepingOutput output, (string Name, IRowCodec Codec) by, int frames, bool print)
    {
        long packed = 0;
        var suffix = "";
        Report(by.Name, frames, print, () =>
        {
            foreach (var rows in output.Rows)
                using (var body = by.Codec.Compress(rows))
                    packed += body.Length;
            suffix = $"   ratio {(double)output.Rows.Sum(rows => rows.Length) / packed:0.00}";
        }, () => suffix);
    }

    private static void Report(string name, int frames, bool print, Action stage, Func<string>? suffix = null)
    {
        var (processor, allocated) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
        var wall = Stopwatch.StartNew();
        stage();
        var cost = (Environment.CpuUsage.TotalTime - processor).TotalSeconds / frames * 1e6;
        var bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / frames;
        if (print)
            Console.WriteLine($"  {name,-22} {cost,6:0.000}   wall {wall.Elapsed.TotalSeconds / frames * 1e6,6:0.000}   {bytes,6:0.0} bytes allocated per frame{suffix?.Invoke()}");
    }

    private static void Decode(byte[][] frames)
    {
        var decoder = BinanceSpot.Global.CreateDecoder();
        var sink = new CountingSink();
        foreach (var frame in frames)
            decoder.Decode(frame, sink);
        if (sink.Events != frames.Length)
            throw new InvalidOperationException($"{frames.Length} frames contained {sink.Events} events.");
    }

    private static void Record(byte[][] frames, string[] symbols, KeepingOutput output)
    {
        var exchange = BinanceSpot.Global;
        using var meter = new IngesterMeter();
        var context = new SegmentContext(new() { MaxClockAhead = TimeSpan.FromHours(1) }, output, new(meter, NullLogger<SegmentEvents>.Instance));
        var lane = new Lane(exchange, context, new(meter, NullLogger<LaneEvents>.Instance), TimeProvider.System);
        lane.Add([.. symbols.SelectMany(symbol => new[] { Dataset.Trades, Dataset.Depth }.Select(dataset => new Subscription(dataset, new(symbol, symbol))))]);
        using (var feed = lane.OpenFeed(new IgnoringListener()))
            foreach (var frame in frames)
                feed.Receive(frame);
        lane.Close();
    }

    private sealed class CountingSink : IEventSink
    {
        public int Events { get; private set; }

        public void OnTrade(in TradeEvent trade) => Events++;

        public void OnDiff(in DepthEvent diff) => Events++;

        public void OnSnapshot(in DepthEvent book) => Events++;

        public void OnNotice(in Notice notice)
        {
        }
    }

    private sealed class KeepingOutput : ISegmentOutput
    {
        public List<RowBuffer> Rows { get; } = [];

        public CoverageJournal Coverage => field ??= new(this);

        public bool TryAdd(SealedSegment segment)
        {
            Rows.Add(segment.Rows);
            return true;
        }

        public bool TryAdd(SealedSnapshot book) => false;

        public void Add(in JournalRow row)
        {
        }
    }
}
