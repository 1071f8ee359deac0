using System.IO.Compression;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Reading.Arrivals;
using Ingester.Reading.Objects;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Testing.Memory;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage.Uploads;

public sealed class ArrivalObjectTests : IDisposable
{
    private const long Start = SegmentSample.Midnight;

    private readonly ChunkBalance chunks = new();

    [Fact]
    public void Text_has_the_clock_first_and_then_sorted_lines_of_differences()
    {
        ArrivalBatch[] batches = [Batch("BTC-USDT", Dataset.Depth, null, (100, Start + 5), (90, Start + 9)), Batch("ETH-USDT", Dataset.Trades, "ab", (0, Start + 5), (0, Start + 4))];
        using var content = new ArrivalObject("{\"ts\":1,\"clock\":\"http-dates\",\"offset\":-20,\"error\":300,\"samples\":4}\n"u8, 1,
            batches);
        Array.ForEach(batches, static batch => batch.Times.Dispose());
        Assert.Equal(3, content.RowCount);
        Assert.Equal(
            $"{{\"format\":2,\"ts\":1,\"clock\":\"http-dates\",\"offset\":-20,\"error\":300,\"samples\":4}}\n" +
            $"{{\"pair\":\"BTC-USDT\",\"dataset\":\"depth\",\"window\":{Start},\"minutes\":1,\"upto\":[100,-10],\"received\":[{Start + 5},4]}}\n" +
            $"{{\"pair\":\"ETH-USDT\",\"dataset\":\"trades\",\"window\":{Start},\"minutes\":1,\"sha256\":\"ab\",\"row\":0,\"received\":[{Start + 5},-1]}}\n",
            Text(content.Rows));
    }

    [Theory]
    [InlineData(5, 20)]
    [InlineData(110, 1_500)]
    public async Task Reader_finds_every_event_of_every_stream_and_reads_a_large_object_in_parts(int streams, int events)
    {
        var random = new Random(streams);
        var (batches, expected) = (new List<ArrivalBatch>(), new List<(StreamId Stream, string? Sha256, List<(long Id, long Micros)> Events)>());
        for (var number = 0; number < streams; number++)
        {
            var times = new List<(long Id, long Micros)>();
            for (var (index, id, micros) = (random.Next(events), random.NextInt64(1L << 40), Start); index < events; index++)
                times.Add((id += random.Next(1, 1_000_000), micros += random.Next(1_000_000)));
            var sha256 = number % 3 == 0 ? $"{number:x64}" : null;
            var market = (number % 5) switch { 0 => $"A/{number}-é;", 1 => $"\"{number}\"", _ => $"M{number}-USD" };
            batches.Add(Batch(market, number % 2 == 0 ? Dataset.Trades : Dataset.Depth, sha256, [.. times]));
            expected.Add((batches[^1].Stream, sha256, times));
        }

        batches.Sort();
        var store = new MemoryStore();
        using (var content = new ArrivalObject([], 0, batches))
        {
            using var body = content.Compress(RowCodec.Create(new()));
            byte[] bytes = [.. body.Chunks.SelectMany(chunk => chunk.ToArray())];
            store.Forge("md/x", bytes, new(RowCompression.Hash(content.Rows), content.RowCount, ObjectMetadata.FormatVersion));
            Assert.Equal(streams > 100, bytes.Length > ArrivalObjectReader.MaxWholeBytes);
            using var all = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
            Assert.Equal(Text(content.Rows), await all.ReadToEndAsync());
        }

        batches.ForEach(batch => batch.Times.Dispose());
        var reader = new ArrivalObjectReader(new(store, "md"));
        foreach (var (stream, sha256, times) in expected)
        {
            var line = Assert.Single(await reader.ReadAsync("md/x", stream, CancellationToken.None));
            for (var row = 0; row < times.Count; row++)
                Assert.Equal(times[row].Micros, sha256 is null ? line.Find(times[row].Id) : line.Find(sha256, row));
            Assert.Null(line.Find(-1));
            Assert.Null(line.Find("cd", 0));
        }

        Assert.Empty(await reader.ReadAsync("md/x", new(Dataset.Trades, "binance", "0"), CancellationToken.None));
        Assert.Empty(await reader.ReadAsync("md/x", new(Dataset.Trades, "binance", "zzz"), CancellationToken.None));
    }

    [Fact]
    public async Task Damaged_index_or_member_of_a_large_object_is_reported()
    {
        var random = new Random(1);
        var batches = Enumerable.Range(0, 100).Select(number => Batch($"M{number:000}-USD", Dataset.Trades, null,
            [.. Enumerable.Range(0, 2_000).Select(id => ((long)id, Start + random.NextInt64(1L << 40)))])).ToList();
        using var content = new ArrivalObject([], 0, batches);
        using var body = content.Compress(RowCodec.Create(new()));
        batches.ForEach(batch => batch.Times.Dispose());
        byte[] bytes = [.. body.Chunks.SelectMany(chunk => chunk.ToArray())];
        Assert.True(bytes.Length > ArrivalObjectReader.MaxWholeBytes);
        Assert.Contains("no index", await ReadAsync(bytes[..^1]), StringComparison.Ordinal);
        byte[] damaged = [.. bytes];
        damaged[200] ^= 0xff;
        Assert.Matches("damaged|truncated|data follows", await ReadAsync(damaged));
        byte[] misplaced = [.. bytes];
        misplaced[^40] = (byte)'f'; // a digit of the position of the index
        Assert.Matches("index", await ReadAsync(misplaced));

        static async Task<string> ReadAsync(byte[] forged)
        {
            var store = new MemoryStore();
            store.Forge("x", forged, ObjectMetadata.None);
            return (await Assert.ThrowsAsync<UnreadableObjectException>(() => new ArrivalObjectReader(new(store, "")).ReadAsync("x", new(Dataset.Trades, "binance", "M000-USD"), CancellationToken.None))).Message;
        }
    }

    public void Dispose() => chunks.Dispose();

    private static ArrivalBatch Batch(string market, Dataset dataset, string? sha256, params (long Id, long Micros)[] events)
    {
        var batch = new ArrivalBatch(new(dataset, "binance", market), new(Start, 1), sha256, new());
        foreach (var (id, micros) in events)
            batch.Times.Add(sha256 is null ? id : null, micros, long.MaxValue);
        return batch;
    }

    private static string Text(RowBuffer rows) => System.Text.Encoding.UTF8.GetString([.. rows.Chunks.SelectMany(chunk => chunk.ToArray())]);
}
