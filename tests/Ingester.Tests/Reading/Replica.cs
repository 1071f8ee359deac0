using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Testing.Memory;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Reading;

/// <summary>One event of an exchange as the tests know it.</summary>
internal readonly record struct Sent(long Id, long Micros)
{
    public string Row => $"{{\"id\":\"{Id}\",\"ts\":{Micros},\"side\":\"buy\",\"price\":\"1.50\",\"size\":\"2\"}}";
}

/// <summary>One replica that records one stream into a store that others share, fed by hand.</summary>
internal sealed class Replica : IDisposable
{
    public const long T0 = 1_761_350_400_000_000; // 2025-10-25T00:00:00Z
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;

    private readonly ChunkBalance chunks = new();
    private readonly IngesterMeter meter = new();
    private readonly StoringOutput output;
    private readonly ConnectionClock clock = new();
    private readonly LaneStatistics statistics = new();
    private readonly StreamRecorder recorder;

    public Replica(MemoryStore store, string name = "a", StreamId? stream = null, SequenceKind kind = SequenceKind.Contiguous, Func<SealedSegment, bool>? loses = null,
        bool hasExchangeTime = true)
    {
        Kind = kind;
        output = new(store, name, () => clock.LocalTime) { Loses = loses ?? (static _ => false) };
        recorder = new(stream ?? SegmentSample.Trades, new(kind, StreamIdentity.Identical) { HasExchangeTime = hasExchangeTime },
            new(new(), output, new(meter, NullLogger<SegmentEvents>.Instance)));
    }

    public StreamId Stream => recorder.Stream;

    public SequenceKind Kind { get; }

    /// <summary>What tells the processes of one replica apart.</summary>
    public long ProcessStart { get; init; } = 1;

    /// <summary>Several streams of one process: each writes its own part of the journal.</summary>
    public int JournalPart { get; init; } = 1;

    public void ConnectAt(long micros)
    {
        clock.LocalTime = micros;
        Tell(micros);
        statistics.ConnectionOpened(micros);
        recorder.Subscribed(clock);
    }

    public void Trade(Sent sent)
    {
        Hear(sent.Micros);
        recorder.RecordTrade(
            new() { Id = Encoding.UTF8.GetBytes($"{sent.Id}"), Range = Kind == SequenceKind.None ? null : SequenceRange.One(sent.Id), Micros = sent.Micros, Price = "1.50"u8, Size = "2"u8 },
            clock);
    }

    public void Trade(long id, long micros, string price, string size, bool sells)
    {
        Hear(micros);
        recorder.RecordTrade(
            new()
            {
                Id = Encoding.UTF8.GetBytes($"{id}"),
                Range = SequenceRange.One(id),
                Micros = micros,
                Price = Encoding.UTF8.GetBytes(price),
                Size = Encoding.UTF8.GetBytes(size),
                TakerSells = sells,
            },
            clock);
    }

    public void Depth(long micros, SequenceRange? range, string bids, string asks = "[]")
    {
        Hear(micros);
        recorder.RecordDiff(new() { Micros = micros, Range = range, Bids = Encoding.UTF8.GetBytes(bids), Asks = Encoding.UTF8.GetBytes(asks) }, clock);
    }

    /// <summary>A whole book, as a fetched one is stored.</summary>
    public void Book(long micros, long? upTo, string bids, string asks, int levels = 0)
    {
        var rows = new RowBuffer();
        RowWriter.WriteSnapshot(rows, new() { Bids = Encoding.UTF8.GetBytes(bids), Asks = Encoding.UTF8.GetBytes(asks), SnapshotLevels = levels, Range = upTo is { } id ? new(id, id) : null }, micros, "start"u8);
        output.TryAdd(new SealedSnapshot { Stream = recorder.Stream, Micros = micros, LastId = upTo, Rows = rows });
    }

    /// <summary>A gap that the replica found by something else than its changes.</summary>
    public void Gap(long from, long to, GapCause cause) =>
        output.Add(new(Dataset.Gaps, recorder.Stream.Exchange, new GapRow(recorder.Stream, null, from, to, cause).ToJson()));

    public void Lose()
    {
        statistics.ConnectionLost(clock.LocalTime);
        recorder.Interrupted();
    }

    public void Connect()
    {
        statistics.ConnectionOpened(clock.LocalTime);
        recorder.Subscribed(clock);
    }

    public void TickAt(long micros)
    {
        Hear(micros);
        clock.LocalTime = micros;
        recorder.Tick(clock, statistics);
    }

    /// <summary>Hands over everything.</summary>
    public void Close(bool killed = false, bool delisted = false)
    {
        if (!killed)
            recorder.Close(statistics, delisted ? clock.LocalTime : null);
        output.WriteJournal(ProcessStart, JournalPart);
    }

    public void Dispose()
    {
        recorder.Close(statistics);
        meter.Dispose();
        chunks.Dispose();
    }

    private void Tell(long micros)
    {
        for (var later = 0; later < 2; later++) // a sibling stream has the next microsecond
        {
            clock.BeginFrame();
            clock.Observe(micros + later, 30 * Second, 5 * Second);
        }
    }

    private void Hear(long micros)
    {
        clock.LocalTime = Math.Max(clock.LocalTime, micros);
        Tell(micros);
    }
}
