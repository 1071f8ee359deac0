using System.Globalization;
using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>A store with the trades of one busy market in whole objects of a minute, always the same ones.</summary>
internal static class TradeDay
{
    private const long T0 = 1_761_350_400_000_000; // 2025-10-25T00:00:00Z

    /// <summary>The market.</summary>
    public static StreamId Stream { get; } = new(Dataset.Trades, "binance", "BTC-USDT");

    /// <summary>The day.</summary>
    public static DateOnly Day { get; } = DateOnly.FromDateTime(Micros.ToDateTime(T0));

    /// <summary>Writes the first minutes of the day into a store, and the same trades as rows of a file of Binance.</summary>
    public static async Task WriteAsync(DirectoryStore store, int perMinute, int minutes, TextWriter? published = null)
    {
        var random = new Random(1);
        for (var minute = 0; minute < minutes; minute++)
        {
            using var rows = new RowBuffer();
            for (var i = 0; i < perMinute; i++)
            {
                var id = (long)minute * perMinute + i + 1;
                var micros = (T0 + (id - 1) * Window.MicrosPerMinute / perMinute) / 1000 * 1000;
                var (price, size) = ($"{60_000 + random.Next(20_000) / 100.0:0.00}000000", $"{random.Next(200_000_000) / 1e8:0.00000000}");
                var sells = random.Next(2) == 0;
                RowWriter.WriteTrade(rows, new() { Id = Encoding.UTF8.GetBytes($"{id}"), Micros = micros, Price = Encoding.UTF8.GetBytes(price), Size = Encoding.UTF8.GetBytes(size), TakerSells = sells });
                if (published is not null)
                    await published.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{id},{price},{size},0,{micros / 1000},{(sells ? "true" : "false")},true"));
            }

            var name = new SegmentKey(Stream, new(T0 + minute * Window.MicrosPerMinute, 1), new((long)minute * perMinute, (minute + 1L) * perMinute), IsWhole: true);
            using var packed = RowCodec.Create(new()).Compress(rows);
            await store.PutAsync(ObjectKey.Segment("", name), packed, new(RowCompression.Hash(rows), perMinute, ObjectMetadata.FormatVersion), CancellationToken.None);
        }
    }
}
