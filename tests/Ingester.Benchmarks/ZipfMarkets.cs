using System.Globalization;
using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>A store with many markets whose activity follows Zipf's law, always the same ones: a third of the events are trades, the others are diffs of books.</summary>
internal sealed class ZipfMarkets(int markets, int eventsPerSecond)
{
    /// <summary>The begin of the first minute, microseconds UTC: 2025-10-25T00:00:00Z.</summary>
    public const long T0 = 1_761_350_400_000_000;

    /// <summary>The exchange.</summary>
    public const string Exchange = "binance";

    private const int Levels = 200;

    private readonly Random random = new(1);

    /// <summary>Writes the first minutes of the day, and one more, which proves the end of the last one.</summary>
    /// <returns>The number of events.</returns>
    public async Task<long> WriteAsync(DirectoryStore store, int minutes)
    {
        var total = Enumerable.Range(1, markets).Sum(rank => 1.0 / rank);
        var events = 0L;
        for (var rank = 1; rank <= markets; rank++)
        {
            var perMinute = Math.Max(1, (int)(eventsPerSecond * 60 / total / rank));
            var name = $"M{rank}-USDT";
            await SnapshotAsync(store, new(Dataset.Depth, Exchange, name));
            var (trade, diff) = (1L, 1L);
            for (var minute = 0; minute < minutes + 1; minute++)
            {
                var (trades, diffs) = (Math.Max(1, perMinute / 3), Math.Max(1, perMinute * 2 / 3));
                await SegmentAsync(store, new(Dataset.Trades, Exchange, name), minute, trade, trades, id => $"{{\"id\":\"{id}\",\"ts\":{At(minute, id - trade, trades)},\"side\":\"{(id % 2 == 0 ? "buy" : "sell")}\",\"price\":\"{Price(random.Next(-50, 50))}\",\"size\":\"0.{random.Next(1, 99_999):D5}\"}}");
                await SegmentAsync(store, new(Dataset.Depth, Exchange, name), minute, diff, diffs, id => $"{{\"ts\":{At(minute, id - diff, diffs)},\"after\":{id - 1},\"upto\":{id},\"bids\":[{Level(-1)},{Level(-1)}],\"asks\":[{Level(1)}]}}");
                (trade, diff, events) = (trade + trades, diff + diffs, events + trades + diffs);
            }
        }

        return events;
    }

    private static long At(int minute, long index, int count) => T0 + minute * Window.MicrosPerMinute + index * Window.MicrosPerMinute / count;

    private static string Price(int ticks) => string.Create(CultureInfo.InvariantCulture, $"{(6_000_000 + ticks) / 100}.{(6_000_000 + ticks) % 100:D2}");

    private string Level(int side) => $"[\"{Price(side * random.Next(1, Levels))}\",\"{random.Next(1, 9)}.{random.Next(0, 99_999):D5}\"]";

    private static async Task SegmentAsync(DirectoryStore store, StreamId stream, int minute, long first, int count, Func<long, string> row)
    {
        using var rows = new RowBuffer();
        for (var id = first; id < first + count; id++)
        {
            rows.Append(Encoding.UTF8.GetBytes(row(id)));
            rows.Append("\n"u8);
        }

        await PutAsync(store, ObjectKey.Segment("", new(stream, new(T0 + minute * Window.MicrosPerMinute, 1), new SequenceRange(first - 1, first + count - 1), IsWhole: true)), rows, count);
    }

    private async Task SnapshotAsync(DirectoryStore store, StreamId stream)
    {
        using var rows = new RowBuffer();
        var (bids, asks) = (Enumerable.Range(1, Levels).Select(tick => $"[\"{Price(-tick)}\",\"1.5\"]"), Enumerable.Range(1, Levels).Select(tick => $"[\"{Price(tick)}\",\"1.5\"]"));
        rows.Append(Encoding.UTF8.GetBytes($"{{\"ts\":{T0 - 1},\"upto\":0,\"bids\":[{string.Join(',', bids)}],\"asks\":[{string.Join(',', asks)}],\"levels\":null,\"reason\":\"start\"}}\n"));
        await PutAsync(store, ObjectKey.Snapshot("", new SealedSnapshot { Stream = stream, Micros = T0 - 1, LastId = 0, Rows = rows }, "a"), rows, 1);
    }

    private static async Task PutAsync(DirectoryStore store, string key, RowBuffer rows, int count)
    {
        using var packed = RowCodec.Create(new()).Compress(rows);
        await store.PutAsync(key, packed, new(RowCompression.Hash(rows), count, ObjectMetadata.FormatVersion), CancellationToken.None);
    }
}
