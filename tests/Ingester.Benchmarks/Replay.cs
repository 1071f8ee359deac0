using System.Buffers;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Ingester.Benchmarks.Scenarios;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>
/// Measures how fast recorded streams are read per core, compared with decompressing the same objects only, and the peak memory: an hour of one market
/// (or a day: <c>replay 2000 1440</c>), trades and diffs, from a directory. The exit code is 1 when reading is too slow or takes too much memory.
/// </summary>
internal sealed class Replay(int perMinute, int minutes)
{
    private const int Rounds = 3;
    private const double LeastPerSecond = 1_000_000;
    private const double MostMiB = 256;
    private const long T0 = 1_761_350_400_000_000; // 2025-10-25T00:00:00Z

    private static readonly StreamId Trades = new(Dataset.Trades, "binance", "BTC-USDT");
    private static readonly StreamId Depth = new(Dataset.Depth, "binance", "BTC-USDT");

    /// <summary>Reads <c>replay [EVENTS_PER_MINUTE [MINUTES]]</c> and runs it.</summary>
    public static Task<int> RunAsync(string[] arguments)
    {
        int At(int index, int otherwise) => arguments.Length > index ? int.Parse(arguments[index]) : otherwise;
        return new Replay(At(0, 20_000), At(1, 60)).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ingester-replay-").FullName;
        try
        {
            var bytes = await WriteAsync(new DirectoryStore(folder, TimeProvider.System));
            var files = Directory.GetFiles(folder, "*" + ObjectKey.Extension, SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
            var events = 2L * perMinute * minutes;
            using var archive = new MarketArchive(new StoreOptions { Directory = folder });
            Console.WriteLine($"{events:N0} events in {files.Count:N0} objects, {bytes >> 20:N0} MiB of rows, {files.Sum(file => new FileInfo(file).Length) >> 20:N0} MiB of gzip.");
            var verdict = new Verdict();
            var (plain, _) = await MeasureAsync("gzip alone", events, bytes, () => Task.FromResult(files.Sum(Unpack) == bytes ? events : 0));
            var (one, memoryOfOne) = await MeasureAsync("merge, stream by stream", events, bytes, async () => await CountAsync(archive, [Trades]) + await CountAsync(archive, [Depth]));
            var (both, memoryOfBoth) = await MeasureAsync("replay, both ordered by time", events, bytes, () => CountAsync(archive, [Trades, Depth]));
            Console.WriteLine($"Merging costs {plain / one:0.0} times as much as decompressing alone, replaying {plain / both:0.0} times.");
            verdict.AtLeast("merge, events/s/core", one, LeastPerSecond);
            verdict.AtLeast("replay, events/s/core", both, LeastPerSecond);
            verdict.AtMost("MiB of working set", Math.Max(memoryOfOne, memoryOfBoth), MostMiB);
            return verdict.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The best of several rounds, in events per second of CPU time, and the largest working set in MiB.</summary>
    private static async Task<(double PerSecond, double MiB)> MeasureAsync(string label, long events, long bytes, Func<Task<long>> read)
    {
        var best = 0.0;
        using var memory = new MemoryPeak();
        for (var round = 0; round < Rounds; round++)
        {
            GC.Collect();
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            if (await read() is var count && count != events)
                throw new InvalidOperationException($"{label}: {count} events were read, not {events}.");
            best = Math.Max(best, events / (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        }

        Console.WriteLine($"{label,-30} {best,12:N0} events/s/core  {best * bytes / events / (1 << 20),8:N0} MiB/s/core  at most {memory.Managed >> 20:N0} MiB managed, {memory.WorkingSet >> 20:N0} MiB in total");
        return (best, memory.WorkingSet / (double)(1 << 20));
    }

    private static async Task<long> CountAsync(MarketArchive archive, IReadOnlyList<StreamId> streams)
    {
        long count = 0;
        var begin = new DateTimeOffset(Micros.ToDateTime(T0));
        await foreach (var found in archive.ReadEventsAsync(streams, begin, begin.AddDays(1)))
            count += found.Kind == MarketEventKind.Row ? 1 : 0;
        return count;
    }

    private static long Unpack(string file)
    {
        using var gzip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        long total = 0;
        for (int read; (read = gzip.Read(buffer)) > 0;)
            total += read;
        ArrayPool<byte>.Shared.Return(buffer);
        return total;
    }

    private async Task<long> WriteAsync(DirectoryStore store)
    {
        var random = new Random(1);
        long bytes = 0;
        for (var minute = 0; minute < minutes; minute++)
            foreach (var stream in new[] { Trades, Depth })
            {
                using var rows = new RowBuffer();
                for (var i = 0; i < perMinute; i++)
                    Write(rows, stream, (long)minute * perMinute + i + 1, random);
                var name = new SegmentKey(stream, new(T0 + minute * Window.MicrosPerMinute, 1), new((long)minute * perMinute, (minute + 1L) * perMinute), IsWhole: true);
                using var packed = RowCodec.Create(new()).Compress(rows);
                await store.PutAsync(ObjectKey.Segment("", name), packed, new(RowCompression.Hash(rows), perMinute, ObjectMetadata.FormatVersion), CancellationToken.None);
                bytes += rows.Length;
            }

        return bytes;
    }

    private void Write(RowBuffer rows, StreamId stream, long id, Random random)
    {
        var micros = T0 + (id - 1) * Window.MicrosPerMinute / perMinute;
        string Price() => $"{60_000 + random.Next(20_000) / 100.0:0.00}000000";
        string Size() => $"{random.Next(200_000_000) / 1e8:0.00000000}";
        if (stream == Trades)
            RowWriter.WriteTrade(rows, new() { Id = Encoding.UTF8.GetBytes($"{id}"), Micros = micros, Price = Encoding.UTF8.GetBytes(Price()), Size = Encoding.UTF8.GetBytes(Size()) });
        else
            RowWriter.WriteDiff(rows, new() { Range = SequenceRange.One(id), Micros = micros, Bids = Levels(), Asks = Levels() });

        byte[] Levels() => Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 1 + random.Next(4)).Select(_ => $"[\"{Price()}\",\"{Size()}\"]"))}]");
    }
}
