using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Testing.Stores;
using static Ingester.Testing.Stores.StoredText;
using Market = Ingester.Testing.Stores.Market;

namespace Ingester.Tests.Reading;

/// <summary>The same ids with other content (rule S3 of docs/proof.md): the event comes once, and the row that is not followed is a mark.</summary>
public sealed class ConflictTests
{
    private const long T0 = GeneratedStore.T0;

    private static readonly Market Trades = new("trades", "binance", "BTC-USDT", Numbered: true);
    private static readonly Market Depth = new("depth", "binance", "BTC-USDT", Numbered: true);

    private readonly MemoryStore store = new();

    [Fact]
    public async Task Row_that_contradicts_another_is_a_mark_although_its_ids_are_known()
    {
        Fragment(Trades, 0, 3, Trade(1, "1.5"), Trade(2, "1.5"), Trade(3, "1.5"));
        Fragment(Trades, 1, 2, Trade(2, "9"));
        var events = await ReadAsync(Dataset.Trades);
        Assert.Equal([Trade(1, "1.5"), Trade(2, "1.5"), Trade(3, "1.5")], Texts(events, MarketEventKind.Row));
        Assert.Equal([Trade(2, "9")], Texts(events, MarketEventKind.Conflict));
        Assert.Equal(2, events.FindIndex(found => found.Kind == MarketEventKind.Conflict) - events.FindIndex(found => found.Kind == MarketEventKind.Row)); // behind the one that is followed
    }

    [Fact]
    public async Task Two_rows_with_the_same_ids_in_one_object_are_an_event_and_a_mark()
    {
        Fragment(Trades, 0, 2, Trade(1, "1.5"), Trade(1, "7"), Trade(2, "1.5"));
        var events = await ReadAsync(Dataset.Trades);
        Assert.Equal(2, Texts(events, MarketEventKind.Row).Count);
        Assert.Equal([Trade(1, "7")], Texts(events, MarketEventKind.Conflict));
    }

    [Fact]
    public async Task Same_trade_with_other_trailing_zeros_or_a_truncated_time_is_no_conflict()
    {
        Fragment(Trades, 0, 2, Trade(1, "1.5"), Trade(2, "1.5"));
        Fragment(Trades, 1, 2, Trade(2, "1.50").Replace($"\"ts\":{T0 + 2}", $"\"ts\":{T0}", StringComparison.Ordinal));
        var events = await ReadAsync(Dataset.Trades);
        Assert.Equal(2, Texts(events, MarketEventKind.Row).Count);
        Assert.Empty(Texts(events, MarketEventKind.Conflict));
    }

    [Fact]
    public async Task Conflict_that_two_replicas_stored_is_reported_once()
    {
        Fragment(Trades, 0, 3, Trade(1, "1.5"), Trade(2, "1.5"), Trade(3, "1.5"));
        Fragment(Trades, 1, 2, Trade(2, "9"));
        Fragment(Trades, 1, 3, Trade(2, "9"), Trade(3, "1.5"));
        Assert.Equal([Trade(2, "9")], Texts(await ReadAsync(Dataset.Trades), MarketEventKind.Conflict));
    }

    [Fact]
    public async Task Diff_with_other_boundaries_and_other_levels_is_a_conflict()
    {
        Fragment(Depth, 0, 4, Change(1, "5"), Change(2, "6"), Change(3, "7"), Change(4, "8"));
        Fragment(Depth, 1, 3, Merged(1, 3, "9"));
        var events = await ReadAsync(Dataset.Depth);
        Assert.Equal(4, Texts(events, MarketEventKind.Row).Count);
        Assert.Equal([Merged(1, 3, "9")], Texts(events, MarketEventKind.Conflict));
    }

    [Fact]
    public async Task Diff_with_ids_that_no_other_diff_has_is_an_event_and_no_conflict()
    {
        Fragment(Depth, 3, 6, Merged(3, 6, "5"));
        store.Forge(Segment(Depth, T0 + Minute, 1, whole: false, "_1_5"), Pack(Merged(1, 5, "9") + "\n"), ObjectMetadata.None);
        var events = await ReadAsync(Dataset.Depth, to: T0 + 2 * Minute);
        Assert.Equal([Merged(3, 6, "5"), Merged(1, 5, "9")], Texts(events, MarketEventKind.Row));
        Assert.Empty(Texts(events, MarketEventKind.Conflict));
    }

    [Fact]
    public async Task Diff_that_groups_the_same_levels_differently_is_no_conflict()
    {
        Fragment(Depth, 0, 4, Change(1, "5"), Merged(1, 3, "7"), Change(4, "8"));
        Fragment(Depth, 1, 4, Change(2, "6"), Change(3, "7"), Change(4, "8")); // each change where the first has the last of two
        Fragment(Depth, 0, 3, Merged(0, 3, "7"));
        Assert.Empty(Texts(await ReadAsync(Dataset.Depth), MarketEventKind.Conflict));
    }

    [Fact]
    public async Task Equal_diffs_that_were_merged_long_before_are_no_conflict()
    {
        string[] rows = [.. Enumerable.Range(1, 200).Select(id => Change(id, $"{id}"))];
        Fragment(Depth, 0, 198, rows[..198]);
        Fragment(Depth, 20, 200, rows[20..]);
        Fragment(Depth, 30, 200, rows[30..]);
        var events = await ReadAsync(Dataset.Depth);
        Assert.Equal(rows, Texts(events, MarketEventKind.Row));
        Assert.Empty(Texts(events, MarketEventKind.Conflict));
    }

    [Fact]
    public async Task Old_object_under_the_name_of_a_window_after_two_resets_is_not_returned_again()
    {
        string[] old = [Trade(7, "1.5"), Trade(8, "1.5")];
        string[] rows = [.. Enumerable.Range(1, 8).Select(id => Trade(id, "2").Replace($"\"ts\":{T0 + id}", $"\"ts\":{T0 + (id < 3 ? 2 : 3) * Minute + id}", StringComparison.Ordinal))];
        Put(Journal("gaps", Trades, T0, "a"), string.Concat(
            $$"""{"ts":{{T0}},"dataset":"trades","pair":"BTC-USDT","after":8,"upto":0,"from":{{T0 + 8}},"to":{{T0 + 2 * Minute + 1}},"cause":"reset"}""", "\n",
            $$"""{"ts":{{T0}},"dataset":"trades","pair":"BTC-USDT","after":2,"upto":3,"from":{{T0 + 2 * Minute + 2}},"to":{{T0 + 3 * Minute + 4}},"cause":"reset"}""", "\n"), 2);
        Fragment(Trades, 6, 8, old);
        Fragment(Trades, 0, 2, T0 + 2 * Minute, rows[..2]);
        Fragment(Trades, 3, 8, T0 + 3 * Minute, rows[3..]);
        Fragment(Trades, 6, 8, T0 + 9 * Minute, old);
        var events = await ReadAsync(Dataset.Trades, T0, T0 + 60 * Minute);
        Assert.Equal([.. old, .. rows[..2], .. rows[3..]], Texts(events, MarketEventKind.Row));
        Assert.Empty(Texts(events, MarketEventKind.Conflict));
    }

    [Theory]
    [InlineData("trades")]
    [InlineData("depth")]
    public async Task Known_ids_that_are_stored_hours_later_are_returned_in_their_window(string dataset)
    {
        var market = dataset == "trades" ? Trades : Depth;
        string Row(int id, string value) => dataset == "trades" ? Trade(id, value) : Change(id, value);
        Fragment(market, 0, 3, Row(1, "5"), Row(2, "5"), Row(3, "5"));
        Fragment(market, 3, 4, T0 + 180 * Minute, Row(4, "5"));
        var stray = Row(2, "9").Replace($"\"ts\":{T0 + 2}", $"\"ts\":{T0 + 240 * Minute}", StringComparison.Ordinal);
        Fragment(market, 1, 2, T0 + 240 * Minute, stray);
        var read = dataset == "trades" ? Dataset.Trades : Dataset.Depth;
        Assert.Equal(stray, Texts(await ReadAsync(read, T0, T0 + 300 * Minute), MarketEventKind.Row)[^1]);
        Assert.Equal([stray], Texts(await ReadAsync(read, T0 + 240 * Minute, T0 + 300 * Minute), MarketEventKind.Row));
    }

    [Fact]
    public async Task Row_that_contradicts_one_that_was_read_before_a_reset_is_a_mark()
    {
        string[] rows = [Trade(1, "1.5"), Trade(2, "1.5"), Trade(3, "1.5")];
        Put(StoredText.Segment(Trades, T0, 1, whole: true, "_0_3"), string.Concat(rows.Select(row => row + "\n")), rows.Length); // its window is wrong
        Put(Journal("gaps", Trades, T0 + 10 * Minute, "a"),
            $$"""{"ts":{{T0 + 10 * Minute}},"dataset":"trades","pair":"BTC-USDT","after":900,"upto":0,"from":{{T0 + 10 * Minute}},"to":{{T0 + 10 * Minute + 1}},"cause":"reset"}""" + "\n", 1);
        Fragment(Trades, 0, 3, T0 + 12 * Minute, rows);
        Fragment(Trades, 1, 2, T0 + 12 * Minute, Trade(2, "9"));
        var events = await ReadAsync(Dataset.Trades, T0, T0 + 60 * Minute);
        Assert.Equal(rows, Texts(events, MarketEventKind.Row));
        Assert.Equal([Trade(2, "9")], Texts(events, MarketEventKind.Conflict));
    }

    [Fact]
    public async Task Rows_that_fragments_of_both_numberings_of_a_false_reset_share_are_returned_once()
    {
        string[] rows = [.. Enumerable.Range(1, 9).Select(id => Trade(id, "1.5"))];
        Put(Journal("gaps", Trades, T0, "a"),
            $$"""{"ts":{{T0 + 4}},"dataset":"trades","pair":"BTC-USDT","after":6,"upto":2,"from":{{T0 + 1}},"to":{{T0 + 4}},"cause":"reset"}""" + "\n", 1);
        Fragment(Trades, 0, 6, [.. rows[..5], Trade(6, "9")]); // the id of the last row is wrong: one replica thought that the numbering began again
        Fragment(Trades, 5, 6, rows[5]);
        Fragment(Trades, 2, 9, rows[2..]);
        var events = await ReadAsync(Dataset.Trades);
        Assert.Equal([.. rows[..5], Trade(6, "9"), .. rows[6..]], Texts(events, MarketEventKind.Row));
        Assert.Equal([rows[5]], Texts(events, MarketEventKind.Conflict));
    }

    [Fact]
    public async Task Book_after_a_conflict_of_diffs_is_not_proven()
    {
        Put(Book(Depth, T0, 1, "a"), """{"ts":1761350400000000,"upto":1,"bids":[["1","2"]],"asks":[],"reason":"start"}""" + "\n", 1);
        Fragment(Depth, 1, 4, Change(2, "5"), Change(3, "6"), Change(4, "7"));
        using var archive = new MarketArchive(store, "");
        Assert.Equal(BookProof.Proven, (await BookAsync(archive)).Proof);
        Fragment(Depth, 1, 2, Change(2, "8"));
        var book = await BookAsync(archive);
        Assert.Equal(BookProof.Unproven, book.Proof);
        Assert.Contains("(1, 2]", book.Reason, StringComparison.Ordinal);
    }

    private static Task<BookResult> BookAsync(MarketArchive archive) => archive.GetBookAsync("binance", "BTC-USDT", Micros.ToDateTime(T0 + 3));

    private static string Trade(int id, string price) => $$"""{"id":"{{id}}","ts":{{T0 + id}},"side":"buy","price":"{{price}}","size":"1"}""";

    private static string Change(int id, string size) => $$"""{"ts":{{T0 + id}},"after":{{id - 1}},"upto":{{id}},"bids":[["1","{{size}}"]],"asks":[]}""";

    private static string Merged(int after, int upTo, string size) => $$"""{"ts":{{T0 + upTo}},"after":{{after}},"upto":{{upTo}},"bids":[["1","{{size}}"]],"asks":[]}""";

    private static List<string> Texts(IEnumerable<MarketEvent> events, MarketEventKind kind) =>
        [.. events.Where(found => found.Kind == kind).Select(found => Encoding.UTF8.GetString(found.Row.Span))];

    private void Fragment(Market market, int after, int upTo, params string[] rows) => Fragment(market, after, upTo, T0, rows);

    private void Fragment(Market market, int after, int upTo, long start, params string[] rows) =>
        Put(StoredText.Segment(market, start, 1, whole: false, $"_{after}_{upTo}"), string.Concat(rows.Select(row => row + "\n")), rows.Length);

    private void Put(string key, string text, int rows) => store.Forge(key, Pack(text), new ObjectMetadata(Hash(text), rows, "2"));

    private async Task<List<MarketEvent>> ReadAsync(Dataset dataset, long from = T0, long to = T0 + Minute)
    {
        using var archive = new MarketArchive(store, "");
        var events = new List<MarketEvent>();
        await foreach (var found in archive.ReadEventsAsync(new StreamId(dataset, "binance", "BTC-USDT"), Micros.ToDateTime(from), Micros.ToDateTime(to)))
            events.Add(found);
        return events;
    }
}
