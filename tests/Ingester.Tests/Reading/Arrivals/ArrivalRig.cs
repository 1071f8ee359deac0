using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Arrivals;
using Ingester.Reading.Merging;
using Ingester.Storage.Uploads;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Reading.Arrivals;

/// <summary>One process of a replica that records one stream with its arrivals into a store that others share. The local clock follows what it receives.</summary>
internal sealed class ArrivalRig : IAsyncDisposable
{
    public const long T0 = SegmentSample.Midnight;
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;

    private readonly ManualClock clock = new();
    private readonly IngesterMeter meter = new();
    private readonly WriterRig writer;
    private readonly ConnectionClock connection = new();
    private readonly LaneStatistics statistics = new();
    private readonly StreamRecorder recorder;

    public ArrivalRig(MemoryStore store, string replica = "a", bool isNumbered = true, Action<StorageOptions>? change = null, long processStart = 17)
    {
        Stream = isNumbered ? new(Dataset.Trades, "binance", "BTC-USDT") : new(Dataset.Depth, "coinbase", "BTC-USD");
        writer = new(store, clock, replica, change: change, processStart: processStart);
        recorder = new(Stream, new(isNumbered ? SequenceKind.Contiguous : SequenceKind.None, isNumbered ? StreamIdentity.Identical : StreamIdentity.PerConnection),
            new(new(), writer.Writer, new(meter, NullLogger<SegmentEvents>.Instance)) { RecordsArrivals = true });
        ReceiveAt(T0 - Minute);
        recorder.Subscribed(connection);
    }

    public StreamId Stream { get; }

    /// <summary>When this process received each event, by its id; without ids by its exchange time.</summary>
    public Dictionary<long, long> Received { get; } = [];

    public IngesterMeter Meter => writer.Meter;

    /// <summary>Receives an event.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="micros">Its exchange time.</param>
    /// <param name="delay">How much later it is received.</param>
    public void Add(long id, long micros, long delay)
    {
        ReceiveAt(micros, micros + delay);
        if (Stream.Dataset == Dataset.Trades)
            recorder.RecordTrade(new() { Id = Encoding.UTF8.GetBytes($"{id}"), Range = SequenceRange.One(id), Micros = micros, Price = "1.50"u8, Size = "2"u8 }, connection);
        else
            recorder.RecordDiff(new() { Micros = micros, Bids = Encoding.UTF8.GetBytes($"[[\"{id}\",\"1\"]]"), Asks = "[]"u8 }, connection);
        Received.TryAdd(Stream.Dataset == Dataset.Trades ? id : micros, micros + delay);
    }

    /// <summary>The periodic work of a lane.</summary>
    public void TickAt(long micros)
    {
        ReceiveAt(micros);
        recorder.Tick(connection, statistics);
    }

    /// <summary>Stops the process and stores everything.</summary>
    public async Task StopAsync()
    {
        recorder.Close(statistics);
        await writer.CompleteAsync();
    }

    public static async Task<List<(MarketEvent Event, EventArrival? Arrival)>> ReadAsync(MemoryStore store, StreamId stream, List<string>? unreadable = null, params string[] replicas)
    {
        using var archive = new MarketArchive(store, "md");
        var (from, to) = (Micros.ToDateTime(T0 - Minute), Micros.ToDateTime(T0 + 24 * 60 * Minute));
        var arrivals = archive.OpenArrivals(stream, from, to, replicas);
        var found = new List<(MarketEvent Event, EventArrival? Arrival)>();
        await foreach (var next in archive.ReadEventsAsync(stream, from, to))
            if (next.Kind == MarketEventKind.Row)
                found.Add((next, await arrivals.FindAsync(next)));
        unreadable?.AddRange(arrivals.Unreadable);
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        meter.Dispose();
    }

    private void ReceiveAt(long micros, long? local = null)
    {
        var now = Micros.Now(clock);
        if ((local ?? micros) > now)
            clock.Advance(TimeSpan.FromMicroseconds((local ?? micros) - now));
        connection.LocalTime = local ?? micros;
        for (var later = 0; later < 2; later++) // a sibling stream has the next microsecond
        {
            connection.BeginFrame();
            connection.Observe(micros + later, 30 * Second, 5 * Second);
        }
    }
}
