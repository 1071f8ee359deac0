using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Live;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Testing.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Core.Segments;

/// <summary>One stream recorder with everything around it, fed by hand.</summary>
internal sealed class StreamRig : IDisposable
{
    public const long T0 = 1_761_350_400_000_000; // 2025-10-25T00:00:00Z, the start of a window
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;

    private readonly ChunkBalance chunks = new();
    private readonly IngesterMeter meter = new();

    public StreamRig(SequenceKind kind = SequenceKind.Contiguous, Action<SegmentOptions>? change = null, StreamIdentity identity = StreamIdentity.Identical, LiveHub? live = null)
    {
        var options = new SegmentOptions();
        change?.Invoke(options);
        var context = new SegmentContext(options, Output, new(meter, NullLogger<SegmentEvents>.Instance)) { Live = live };
        Dataset = kind == SequenceKind.Contiguous ? Dataset.Trades : Dataset.Depth;
        Recorder = new(new(Dataset, "testing", "BTC-USDT"), new(kind, identity), context);
    }

    public Dataset Dataset { get; }

    public CollectingOutput Output { get; } = new();

    public ConnectionClock Clock { get; } = new();

    public LaneStatistics Statistics { get; } = new();

    public StreamRecorder Recorder { get; }

    public IEnumerable<string> Gaps => Output.Lines(Dataset.Gaps);

    public void Trade(long id, long micros, bool replayed = false)
    {
        Hear(micros);
        Recorder.RecordTrade(
            new() { Id = Encoding.UTF8.GetBytes($"{id}"), Range = SequenceRange.One(id), Micros = micros, Price = "1.50"u8, Size = "2"u8, IsReplayed = replayed },
            Clock);
    }

    public void Depth(long micros, string price = "1.0", SequenceRange? range = null)
    {
        Hear(micros);
        Recorder.RecordDiff(
            new() { Micros = micros, Range = range, Bids = Encoding.UTF8.GetBytes($"[[\"{price}\",\"1\"]]"), Asks = "[]"u8 },
            Clock);
    }

    public void Hear(long micros, long? local = null)
    {
        Clock.LocalTime = local ?? Math.Max(Clock.LocalTime, micros);
        for (var later = 0; later < 2; later++) // a sibling stream has the next microsecond
        {
            Clock.BeginFrame();
            var change = Clock.Observe(micros + later, 30 * Second, 5 * Second);
            if (Clock.DoubtfulSpanOf(change) is { } span)
                Recorder.DoubtfulSpans.Add(span);
            if (change != ClockChange.None)
                Recorder.ClockChanged(Clock, change, micros);
        }
    }

    public void TickAt(long micros)
    {
        Clock.LocalTime = micros;
        Recorder.Tick(Clock, Statistics);
    }

    public void Close() => Recorder.Close(Statistics);

    public void Dispose()
    {
        Close();
        meter.Dispose();
        chunks.Dispose();
    }
}
