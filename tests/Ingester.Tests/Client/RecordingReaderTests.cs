using Ingester.Client;
using Ingester.Core.Markets;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Client;

/// <summary>The client reads what replicas recorded, as typed items.</summary>
public sealed class RecordingReaderTests : IDisposable
{
    private const string Exchange = "binance";
    private const string Pair = "BTC-USDT";

    private readonly TemporaryDirectory folder = new();
    private readonly MemoryStore store = new();

    private static DateTimeOffset At(int minute) => Archives.Begin.AddMinutes(minute);

    [Fact]
    public async Task Trades_are_typed_and_gaps_are_marks_between_them()
    {
        RecordTrades(lost: 200);
        using var reader = Open();
        var items = await reader.ReadTradesAsync(Exchange, Pair, At(0), At(5)).ToListAsync();
        var trades = items.OfType<Trade>().ToList();
        Assert.Equal(299, trades.Count);
        Assert.Equal(new Trade(T0, "1", TradeSide.Buy, new("1.50"), new("2")), trades[0]);
        Assert.Equal((1.50m, 2m, Archives.Begin.UtcDateTime), (trades[0].Price.Value, trades[0].Size.Value, trades[0].Time));
        var gap = Assert.Single(items.OfType<Mark>(), mark => mark.Kind == MarkKind.Gap);
        Assert.Equal((199, 200), (gap.After, gap.UpTo));
        var place = items.IndexOf(gap);
        Assert.Equal(("199", "201"), (items.Take(place).OfType<Trade>().Last().Id, items.Skip(place).OfType<Trade>().First().Id));
    }

    [Fact]
    public async Task Windows_and_gaps_say_what_is_proven()
    {
        RecordTrades(lost: 200);
        RecordTrades(lost: 100, name: "b");
        using var reader = Open();
        var windows = await reader.ReadWindowsAsync(RecordedDataset.Trades, Exchange, Pair, At(1), At(4)).ToListAsync();
        Assert.Equal([(T0 + Minute, WindowState.Complete), (T0 + 2 * Minute, WindowState.Complete), (T0 + 3 * Minute, WindowState.Complete)], windows.Select(window => (window.FromMicros, window.Verdict)));
        var gaps = await reader.ReadGapsAsync(RecordedDataset.Trades, Exchange, Pair, At(1), At(4)).ToListAsync();
        Assert.Equal([(99, 100, "replica"), (199, 200, "replica")], gaps.Select(gap => (gap.After, gap.UpTo, gap.ClosedBy)));
        Assert.All(gaps, gap => Assert.Equal(["skip"], gap.Causes));
        Assert.All(gaps, gap => Assert.Equal(2 * Second, gap.ToMicros - gap.FromMicros));
        Assert.Equal([Pair], await reader.ListMarketsAsync(RecordedDataset.Trades, Exchange));
    }

    [Fact]
    public async Task Diffs_and_books_are_typed()
    {
        using (var replica = new Replica(store, stream: new(Dataset.Depth, Exchange, Pair)))
        {
            replica.ConnectAt(T0);
            replica.Book(T0 + Second, 1, """[["9","1"],["8.50","2"]]""", """[["10","3"]]""");
            for (var id = 2; id <= 120; id++)
                replica.Depth(T0 + id * Second, new(id - 1, id), $"[[\"9.00\",\"{id}\"]]");
            replica.Close();
        }

        using var reader = Open();
        var diffs = await reader.ReadDiffsAsync(Exchange, Pair, At(0), At(3)).OfType<BookDiff>().ToListAsync();
        Assert.Equal(119, diffs.Count);
        Assert.Equal((1, 2, new Level(new("9.00"), new("2")), 0), (diffs[0].After, diffs[0].UpTo, diffs[0].Bids[0], diffs[0].Asks.Count));

        var book = await reader.GetBookAsync(Exchange, Pair, Archives.Begin.AddSeconds(50));
        Assert.Equal((BookState.Proven, 50), (book.State, book.UpTo));
        Assert.Equal([new(new("9.00"), new("50")), new Level(new("8.50"), new("2"))], book.Bids);
        Assert.Equal(("9.00", "10"), (book.BestBid!.Value.Price.Text, book.BestAsk!.Value.Price.Text));
        var books = await reader.ReadBooksAsync(Exchange, Pair, Archives.Begin.AddSeconds(40), Archives.Begin.AddSeconds(70), TimeSpan.FromSeconds(10)).ToListAsync();
        Assert.Equal(["40", "50", "60"], books.Select(one => one.BestBid!.Value.Size.Text));
        var unknown = await reader.GetBookAsync(Exchange, Pair, Archives.Begin);
        Assert.Equal((BookState.Unknown, 0), (unknown.State, unknown.Bids.Count));
        Assert.Contains("No snapshot", unknown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_object_is_a_mark()
    {
        RecordTrades(lost: 0);
        var key = store.Keys.First(one => one.StartsWith("trades/", StringComparison.Ordinal) && one.Contains("/0002-", StringComparison.Ordinal));
        store.Forge(key, [1, 2, 3], store.Metadata(key));
        using var reader = Open();
        var mark = Assert.Single(await reader.ReadTradesAsync(Exchange, Pair, At(0), At(5)).OfType<Mark>().ToListAsync(), one => one.Kind == MarkKind.Unreadable);
        Assert.Contains(key, mark.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_that_is_no_store_is_refused_and_nothing_is_created()
    {
        var missing = Path.Combine(folder.Path, "missing");
        Assert.Contains("does not exist", Assert.Throws<RecordingException>(() => new RecordingReader(missing)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));
        Assert.Contains("is not a store", Assert.Throws<RecordingException>(() => new RecordingReader("http://somewhere")).Message, StringComparison.Ordinal);
        Assert.Contains("names no bucket", Assert.Throws<RecordingException>(() => new RecordingReader("s3://")).Message, StringComparison.Ordinal);
        Assert.Contains("is empty", Assert.Throws<RecordingException>(() => new RecordingReader(" ")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interval_must_be_positive_and_reading_can_be_cancelled()
    {
        RecordTrades(lost: 0);
        using var reader = Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadBooksAsync(Exchange, Pair, At(0), At(1), TimeSpan.Zero));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.ReadTradesAsync(Exchange, Pair, At(0), At(5), cancelled.Token).CountAsync());
    }

    public void Dispose() => folder.Dispose();

    private void RecordTrades(long lost, string name = "a")
    {
        using var replica = new Replica(store, name);
        replica.ConnectAt(T0);
        for (var id = 1; id <= 300; id++)
        {
            if (id != lost)
                replica.Trade(new(id, T0 + (id - 1) * Second));
            replica.TickAt(T0 + (id - 1) * Second);
        }

        replica.Close();
    }

    /// <summary>Opens the store as a directory.</summary>
    private RecordingReader Open()
    {
        foreach (var key in store.Keys)
        {
            var path = Path.Combine(folder.Path, key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, store.Body(key));
        }

        return new(folder.Path);
    }
}
