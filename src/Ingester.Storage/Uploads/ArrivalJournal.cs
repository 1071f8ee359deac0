using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Time;
using Ingester.Storage.Compression;

namespace Ingester.Storage.Uploads;

/// <summary>
/// Collects when the events of stored segments were received, and makes one object of them for each exchange and minute of the local clock. They stay in memory
/// until they are stored or spooled, up to a limit of their own. Thread-safe.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="clock">The clock that ends minutes.</param>
/// <param name="events">Logs and counts.</param>
/// <param name="send">Accepts an upload.</param>
internal sealed class ArrivalJournal(StorageOptions options, TimeProvider clock, UploadEvents events, Action<Upload> send)
{
    /// <summary>Digits without repetitions: a higher level needs two to four times the CPU for a tenth fewer bytes.</summary>
    private const int CompressionLevel = 1;

    private readonly Lock gate = new();
    private readonly IRowCodec codec = RowCodec.Create(new() { Level = CompressionLevel });
    private readonly Dictionary<string, Part> parts = new(StringComparer.Ordinal);
    private long heldBytes;
    private bool closed;

    /// <summary>Estimates the offset of the local clock by the dates of HTTP responses; null while there is no estimate. Default: never.</summary>
    public Func<ClockOffset?> EstimateByDates { get; set; } = static () => null;

    /// <summary>Adds a batch and takes ownership of it. One for which there is no space is dropped, counted and logged.</summary>
    public void Add(ArrivalBatch batch)
    {
        lock (gate)
        {
            var size = batch.Size;
            if (closed || (heldBytes + size > options.MaxArrivalBytes && !options.IsBatch))
            {
                batch.Times.Dispose();
                events.JournalRowLost(Dataset.Arrivals, batch.Stream.Exchange);
                return;
            }

            if (!parts.TryGetValue(batch.Stream.Exchange, out var part))
                parts.Add(batch.Stream.Exchange, part = new());
            var minute = Window.Containing(Micros.Now(clock), 1).StartMicros;
            if (minute > part.Minute)
            {
                Flush(batch.Stream.Exchange, part);
                (part.Minute, part.Number) = (minute, 1);
            }

            part.Batches.Add(batch);
            part.Bytes += size;
            heldBytes += size;
            if (part.Bytes >= options.MaxArrivalPartBytes)
                Flush(batch.Stream.Exchange, part);
        }
    }

    /// <summary>Uploads the parts whose minute has ended.</summary>
    public void FlushFinishedMinutes()
    {
        lock (gate)
        {
            var minute = Window.Containing(Micros.Now(clock), 1).StartMicros;
            foreach (var (exchange, part) in parts)
                if (minute > part.Minute)
                    Flush(exchange, part);
        }
    }

    /// <summary>Uploads all parts. What is added later is dropped and counted.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            foreach (var (exchange, part) in parts)
                Flush(exchange, part);
        }
    }

    private void Flush(string exchange, Part part)
    {
        if (part.Batches.Count == 0)
            return;
        var size = part.Bytes;
        var (start, count) = WriteStart(part.Batches);
        var upload = new ArrivalUpload(new(Dataset.Arrivals, exchange, part.Minute, part.Number++), start, count, part.Batches, codec, () => Release(size)) { Size = size };
        (part.Batches, part.Bytes) = ([], 0);
        send(upload);
    }

    /// <summary>The estimates of the offset of the local clock: by the dates of HTTP responses, and by the event that was received the soonest after its exchange time.</summary>
    private (byte[] Lines, int Count) WriteStart(List<ArrivalBatch> batches)
    {
        using var lines = new RowBuffer();
        var (now, count) = (Micros.Now(clock), 0);
        if (EstimateByDates() is { } byDates)
        {
            ArrivalLineWriter.WriteClock(lines, now, "http-dates", byDates);
            count++;
        }

        var timed = batches.FindAll(batch => batch.Times.MinDelay != long.MaxValue);
        if (timed.Count > 0)
        {
            ArrivalLineWriter.WriteClock(lines, now, "exchange-times", new(timed.Min(batch => batch.Times.MinDelay), long.MaxValue, timed.Sum(batch => (long)batch.Times.Count)));
            count++;
        }

        var text = new byte[lines.Length];
        lines.CopyTo(text);
        return (text, count);
    }

    private void Release(long size)
    {
        lock (gate)
            heldBytes -= size;
        events.JournalStored();
    }

    /// <summary>The present object of an exchange.</summary>
    private sealed class Part
    {
        public List<ArrivalBatch> Batches { get; set; } = [];

        public long Bytes { get; set; }

        public long Minute { get; set; } = long.MinValue; // if the clock is set back, the last minute is kept, so that no key is used twice

        public int Number { get; set; } = 1;
    }
}
