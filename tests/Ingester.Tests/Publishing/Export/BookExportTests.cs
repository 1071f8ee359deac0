using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Publishing.Export;

/// <summary>Exported books: where they begin, what a gap does, and the rows of quotes and best levels.</summary>
public sealed class BookExportTests
{
    private static readonly StreamId Stream = new(Dataset.Depth, "binance", "BTC-USDT");

    private readonly MemoryStore store = new();
    private readonly ExportRig rig;

    public BookExportTests() => rig = new(store);

    [Fact]
    public async Task Book_begins_at_midnight_with_the_snapshot_of_the_day_before_and_the_diffs_since()
    {
        Record(static _ => false);
        var manifest = Assert.Single(await rig.RunAsync()).Manifest!;
        var rows = await rig.RowsAsync(manifest, "incremental_book_L2");
        Assert.Equal(
            [
                $"binance,BTC-USDT,{T0},{T0},true,bid,10,-1".Replace("-1", "59", StringComparison.Ordinal),
                $"binance,BTC-USDT,{T0},{T0},true,ask,11,1",
                $"binance,BTC-USDT,{T0},{T0 + 1},false,bid,10,60",
                $"binance,BTC-USDT,{T0 + Second},{T0 + Second},false,bid,10,61",
            ],
            rows.Take(4).Select(row => string.Join(',', row)));
        Assert.Equal((240L, T0), (manifest.Events, manifest.BookFrom));
        Assert.InRange(manifest.BookKnownSeconds!.Value, 239, 86_400);
    }

    [Fact]
    public async Task After_a_gap_there_are_no_rows_until_the_next_snapshot()
    {
        Record(static second => second is 30 or 31, snapshotAt: 50);
        var manifest = Assert.Single(await rig.RunAsync()).Manifest!;
        var rows = await rig.RowsAsync(manifest, "incremental_book_L2");
        var times = rows.Select(row => (long.Parse(row[2]) - T0) / Second).Distinct().ToList();
        Assert.Equal([.. Enumerable.Range(0, 30).Select(static second => (long)second), .. Enumerable.Range(50, 190).Select(static second => (long)second)], times);
        Assert.Equal(["true", "true"], rows.Where(row => row[2] == $"{T0 + 50 * Second}").Take(2).Select(row => row[4]));
        Assert.Equal(1, manifest.Marks["gap"]);
        Assert.True(manifest.IsIncomplete);
        var quotes = await rig.RowsAsync(manifest, "quotes");
        Assert.DoesNotContain(quotes, row => long.Parse(row[2]) is var micros && micros > T0 + 30 * Second && micros < T0 + 50 * Second);
    }

    [Fact]
    public async Task Book_that_is_never_known_has_files_with_a_header_only_and_its_diffs_in_parquet()
    {
        Record(static _ => false, hasSnapshot: false);
        var manifest = Assert.Single(await rig.RunAsync()).Manifest!;
        foreach (var type in new[] { "incremental_book_L2", "quotes", "book_snapshot_5", "book_snapshot_25" })
            Assert.Empty(await rig.RowsAsync(manifest, type));
        Assert.Equal((0, null), (manifest.BookKnownSeconds, manifest.BookFrom));
        Assert.Equal(240, manifest.Files.Single(file => file.DataType == "parquet").Rows);
    }

    [Fact]
    public async Task Quotes_and_best_levels_have_a_row_per_change_of_theirs()
    {
        Record(static _ => false, levels: static second => second % 2 == 0 ? $"""[["10","{second / 10 + 100}"]]""" : """[["1","3"]]""");
        var manifest = Assert.Single(await rig.RunAsync()).Manifest!;
        var quotes = await rig.RowsAsync(manifest, "quotes");
        Assert.Equal([$"binance,BTC-USDT,{T0},{T0},1,11,10,105"], quotes.Take(1).Select(row => string.Join(',', row)));
        Assert.Equal(1 + 24, quotes.Count);
        var levels = await rig.RowsAsync(manifest, "book_snapshot_5");
        Assert.Equal($"binance,BTC-USDT,{T0},{T0},11,1,10,105,,,1,3,,,,,,,,,,,,", string.Join(',', levels[0]));
        Assert.Equal(quotes.Select(row => row[2]), levels.Select(row => row[2]));
    }

    [Fact]
    public async Task Second_of_two_snapshots_in_a_row_is_written_as_changes()
    {
        var books = new StreamId(Dataset.Depth, "upbit", "BTC-KRW");
        using (var replica = new Replica(store, "a", books, SequenceKind.None))
        {
            replica.ConnectAt(T0 + Second);
            replica.Book(T0 + 2 * Second, upTo: null, """[["10","1"],["9","2"]]""", """[["11","1"]]""");
            replica.Book(T0 + 3 * Second, upTo: null, """[["10","1"],["8","5"]]""", """[["11","1.5"]]""");
            replica.Close();
        }

        var manifest = Assert.Single(await rig.RunAsync("upbit")).Manifest!;
        Assert.Equal(Dataset.Snapshots, manifest.Stream.Dataset);
        var rows = await rig.RowsAsync(manifest, "incremental_book_L2");
        Assert.Equal(["true,bid,10,1", "true,bid,9,2", "true,ask,11,1", "false,bid,8,5", "false,bid,9,0", "false,ask,11,1.5"], rows.Select(row => string.Join(',', row[4..])));
        Assert.Equal(6, manifest.Files.Single(file => file.DataType == "parquet").Rows);
    }

    /// <summary>A diff each second from the minute before midnight, with the ids of the seconds, and a snapshot with the first.</summary>
    private void Record(Func<int, bool> isMissing, int? snapshotAt = null, bool hasSnapshot = true, Func<int, string>? levels = null)
    {
        using var replica = new Replica(store, "a", Stream);
        replica.ConnectAt(T0 - 70 * Second);
        for (var second = -60; second < 240; second++)
        {
            var (micros, id) = (T0 + second * Second, second + 60);
            if (!isMissing(second))
                replica.Depth(micros, new(id, id + 1), levels?.Invoke(second + 60) ?? $"""[["10","{second + 60}"]]""");
            if ((second == -60 && hasSnapshot) || second == snapshotAt)
                replica.Book(micros, id + 1, $"""[["10","{second + 60}"]]""", """[["11","1"]]""");
            replica.TickAt(micros);
        }

        replica.Close();
    }
}
