using System.IO.Compression;
using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>
/// Measures the peak memory of a merge for extreme objects: 64 MiB of rows, and gzip that inflates to gigabytes of line ends, of one line, and of many members.
/// Each object is read separately. The exit code is 1 when the working set exceeds 256 MiB, or when one of the gzip objects is not rejected.
/// </summary>
internal static class ReaderMemory
{
    private const long Most = 256L << 20;
    private const int RowsOf64MiB = 760_000;
    private const long T0 = 1_761_350_400_000_000; // 2025-10-25T00:00:00Z

    private static readonly StreamId Trades = new(Dataset.Trades, "binance", "BTC-USDT");

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync()
    {
        var wrong = false;
        foreach (var (label, rows, write) in new (string, int, Action<Stream>)[]
        {
            ("64 MiB of rows", RowsOf64MiB, gzip => Write(gzip, RowsOf64MiB)),
            ("1 GiB of line ends", 0, gzip => Fill(gzip, (byte)'\n', 1L << 30)),
            ("4 GiB of one line", 0, gzip => Fill(gzip, (byte)' ', 4L << 30)),
        })
            wrong |= !await MeasureAsync(label, rows, file => Pack(file, write));
        wrong |= !await MeasureAsync("40 members of 1 GiB", 0, file =>
        {
            using var member = new MemoryStream();
            Pack(member, gzip => Fill(gzip, (byte)'\n', 1L << 30));
            for (var copies = 40; copies > 0; copies--)
                member.WriteTo(file);
        });
        return wrong ? 1 : 0;
    }

    private static async Task<bool> MeasureAsync(string label, int rows, Action<Stream> write)
    {
        var folder = Directory.CreateTempSubdirectory("ingester-memory-").FullName;
        try
        {
            var path = Path.Combine(folder, ObjectKey.Segment("", new(Trades, new(T0, 1), new(0, Math.Max(1, rows)), IsWhole: true)));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var file = File.Create(path))
                write(file);
            using var archive = new MarketArchive(new StoreOptions { Directory = folder });
            var (count, refused) = (0, "");
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            using var memory = new MemoryPeak();
            await foreach (var found in archive.ReadEventsAsync(Trades, Micros.ToDateTime(T0), Micros.ToDateTime(T0 + Window.MicrosPerMinute)))
                if (found.Kind == MarketEventKind.Row)
                    count++;
                else if (found.Kind == MarketEventKind.Unreadable)
                    refused = found.Note!;
            var held = memory.WorkingSet <= Most && count == rows && rows > 0 == (refused.Length == 0);
            Console.WriteLine($"{(held ? "" : "WRONG: ")}{label,-22} {new FileInfo(path).Length >> 10,8:N0} KiB of gzip, at most {memory.Managed >> 20,4:N0} MiB managed, {memory.WorkingSet >> 20,4:N0} MiB in total; {count:N0} rows; {refused}");
            return held;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Pack(Stream file, Action<Stream> write)
    {
        using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
        write(gzip);
    }

    private static void Write(Stream gzip, int rows)
    {
        for (var id = 1; id <= rows; id++)
            gzip.Write(Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\",\"ts\":{T0 + id},\"side\":\"buy\",\"price\":\"{60_000 + id % 977}.{id % 89:00}\",\"size\":\"0.{id % 7919:0000}\"}}\n"));
    }

    private static void Fill(Stream gzip, byte octet, long count)
    {
        var piece = new byte[1 << 20];
        piece.AsSpan().Fill(octet);
        for (; count > 0; count -= piece.Length)
            gzip.Write(piece);
    }
}
