using System.Text;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Markets;
using Ingester.Recording.Snapshots;
using Ingester.Testing.Allocations;
using Ingester.Tests.Recording.Lanes;

namespace Ingester.Tests.Recording.Snapshots;

/// <summary>The present book, checked at every change; what is found wrong becomes a gap and a new beginning of that one market.</summary>
[Collection(nameof(AllocationTests))] // alone: one of them counts what it allocates
public sealed partial class VerifiedBookTests
{
    private static readonly BookChecksum Checksum = new(null, null);

    [Fact]
    public void Wrong_checksum_is_a_gap_and_only_that_stream_is_resubscribed_until_a_snapshot_is_received()
    {
        using var rig = Numberless("kraken", "BTC/USD");
        var book = Whole(rig, """[["100.1","1.50"],["100.0","2.00"]]""", """[["100.3","1.00"]]""");
        Assert.Equal(["100.1", "1.50"], Assert.Single(rig.Lane.MarketViews).Bid!);
        Change(rig, book, """[["100.2","0.10"]]""", "[]");
        Assert.Equal(["100.2", "0.10"], Assert.Single(rig.Lane.MarketViews).Bid!);
        Assert.Empty(rig.Output.Lines(Dataset.Gaps));

        Change(rig, book, """[["99.0","1.00"]]""", "[]", spoil: 1);
        Change(rig, book, """[["98.0","1.00"]]""", "[]", spoil: 1);
        var gap = Assert.Single(rig.Output.Lines(Dataset.Gaps));
        Assert.EndsWith("\"cause\":\"checksum\"}", gap, StringComparison.Ordinal);
        Assert.Equal("unknown", Assert.Single(rig.Lane.MarketViews).Book);
        rig.Lane.Tick();
        rig.Lane.Tick();
        Assert.Equal([new(Dataset.Depth, rig.Market)], rig.Renewed);
        rig.Clock.Advance(TimeSpan.FromSeconds(31));
        rig.Lane.Tick();
        Assert.Equal(2, rig.Renewed.Count);

        Whole(rig, """[["100.2","1.00"]]""", """[["100.3","1.00"]]""");
        Assert.Contains("\"reason\":\"resync\"", rig.Output.Books[1].Row, StringComparison.Ordinal);
        Assert.Equal("known", Assert.Single(rig.Lane.MarketViews).Book);
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        rig.Lane.Tick();
        Assert.Equal(2, rig.Renewed.Count);
        Assert.Equal(1, rig.Meter.BooksInvalid.TotalOf("checksum"));
    }

    [Fact]
    public void Windows_between_a_wrong_book_and_the_next_snapshot_are_not_whole()
    {
        using var rig = Numberless("kraken", "BTC/USD");
        var book = Whole(rig, """[["100.1","1.50"]]""", """[["100.3","1.00"]]""");
        for (var second = 0; second < 500; second++)
        {
            Change(rig, book, $$"""[["100.0","{{second + 1}}.00"]]""", "[]", spoil: second == 130 ? 1u : 0);
            rig.Lane.Tick();
            if (second == 310)
                book = Whole(rig, """[["100.1","1.50"]]""", """[["100.3","1.00"]]""");
        }

        rig.Lane.Close();
        Assert.Equal([1L, 6, 7], WholeMinutes(rig));
    }

    [Fact]
    public void Crossed_book_is_a_gap_where_nothing_else_proves_a_loss()
    {
        using var rig = Numberless("coinbase", "BTC-USD");
        Send(rig, """{"type":"snapshot","product_id":"BTC-USD","asks":[["2","1"]],"bids":[["1","3"]]}""");
        Send(rig, """{"type":"l2update","product_id":"BTC-USD","changes":[["buy","1.5","1"]],"time":"2025-10-25T00:00:01.5Z"}""");
        Assert.Equal(["1.5", "1"], Assert.Single(rig.Lane.MarketViews).Bid!);
        Send(rig, """{"type":"l2update","product_id":"BTC-USD","changes":[["buy","2","1"]],"time":"2025-10-25T00:00:02.5Z"}""");
        Assert.Equal([("crossed", 1_500, 2_500)], Gaps(rig)); // since its whole book, which has the time of the first change
        rig.Lane.Tick();
        Assert.Single(rig.Renewed);
    }

    [Fact]
    public void Book_that_is_fetched_after_thousands_of_changes_joins_them_and_little_is_held_meanwhile()
    {
        using var rig = new WatchRig(keepsBooks: true);
        SnapshotRequest? request = null;
        for (var id = 1; id <= 25_000; id++)
        {
            rig.Diff(id - 1, id, id == 24_990 ? """[["7","3"]]""" : """[["0.5","0"]]""");
            if (id == 24_975)
                request = rig.Ask();
        }

        rig.Answer(request!.Value, 24_980, """[["5","1"]]""", """[["9","1"]]""");
        Assert.Equal(["7", "3"], Assert.Single(rig.Lane.MarketViews).Bid!);

        var book = new VerifiedBook(rig.Exchange.Profile.Book);
        byte[] levels = [.. "[["u8, .. Enumerable.Repeat((byte)'1', 500), .. "]]"u8];
        var next = 0;
        void Apply()
        {
            for (var end = next + 1_000; next < end; next++)
                book.Apply(new() { Range = new(next, next + 1), Micros = next, Bids = levels, Asks = levels });
        }

        Assert.Equal(0, ThreadAllocations.Measure(Apply)); // nothing was requested
        book.OnSnapshotRequested();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Apply();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 100_000, 300_000);
        Assert.Equal(0, ThreadAllocations.Measure(() =>
        {
            for (var round = 0; round < 10; round++)
                Apply();
        }));
    }

    [Fact]
    public void Best_price_is_not_shown_once_the_market_has_left_the_levels_that_are_known()
    {
        using var rig = new WatchRig(keepsBooks: true);
        rig.Diff(100, 101);
        rig.Answer(101, """[["5","1"]]""", Levels(1000));
        Assert.Equal(["10.001", "1"], Assert.Single(rig.Lane.MarketViews).Ask!);
        rig.Diff(101, 102, "[]", Levels(1000).Replace("\"1\"]", "\"0\"]", StringComparison.Ordinal));
        rig.Diff(102, 103, "[]", """[["12","1"]]"""); // what lies between is not known
        Assert.Null(Assert.Single(rig.Lane.MarketViews).Ask);
        Assert.Equal(["5", "1"], Assert.Single(rig.Lane.MarketViews).Bid!);
        rig.Diff(103, 104, "[]", """[["10.5","2"]]""");
        Assert.Equal(["10.5", "2"], Assert.Single(rig.Lane.MarketViews).Ask!);
    }

    private static string Levels(int count) => $"[{string.Join(',', Enumerable.Range(1, count).Select(i => $"[\"10.{i:000}\",\"1\"]"))}]".Replace("10.1000", "11", StringComparison.Ordinal);

    [Fact]
    public void Fetched_snapshot_includes_the_diffs_received_during_the_request()
    {
        using var rig = new WatchRig(keepsBooks: true);
        rig.Diff(100, 105, """[["1.0","9"]]""");
        var request = rig.Ask();
        rig.Diff(105, 110, """[["1.0","0"],["1.1","5"]]""");
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(request, 105, """[["1.0","9"]]""", """[["2.0","1"]]"""));
        Assert.Equal(["1.1", "5"], Assert.Single(rig.Lane.MarketViews).Bid!);
        rig.Diff(110, 115, """[["1.2","7"]]""");
        Assert.Equal(["1.2", "7"], Assert.Single(rig.Lane.MarketViews).Bid!);
        rig.Diff(120, 122);
        rig.Diff(122, 125);
        Assert.Equal("unknown", Assert.Single(rig.Lane.MarketViews).Book);
        Assert.Equal(SnapshotFit.Ahead, rig.Answer(130, """[["1.3","1"]]""", """[["2.0","1"]]"""));
        rig.Diff(125, 130, """[["1.3","1"]]""");
        Assert.Equal(["1.3", "1"], Assert.Single(rig.Lane.MarketViews).Bid!);
    }

    [Fact]
    public void Snapshot_that_is_older_than_its_request_is_followed_by_another_one_that_joins()
    {
        using var rig = new WatchRig(keepsBooks: true);
        rig.Diff(100, 105);
        rig.Diff(105, 110, """[["1.1","5"]]""");
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(105)); // from a cache
        Assert.Single(rig.Output.Books);
        Assert.Equal("unknown", Assert.Single(rig.Lane.MarketViews).Book);
        rig.Diff(110, 115, """[["1.2","7"]]""");
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(110, """[["1.1","5"]]""", """[["2.0","1"]]"""));
        Assert.Equal(["1.2", "7"], Assert.Single(rig.Lane.MarketViews).Bid!);
    }

    [Fact]
    public void After_a_failed_request_nothing_is_buffered_until_the_next_one()
    {
        using var rig = new WatchRig(keepsBooks: true);
        rig.Diff(100, 105);
        var request = rig.Ask();
        rig.Diff(105, 110);
        request.Observer.OnSnapshotFailed();
        rig.Diff(110, 115);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(110)); // would join the diff after the failure
        Assert.Equal("unknown", Assert.Single(rig.Lane.MarketViews).Book);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        rig.Answer(115);
        Assert.Equal("known", Assert.Single(rig.Lane.MarketViews).Book);
    }

    [Fact]
    public void Crossed_book_of_numbered_diffs_is_fetched_again_and_is_not_a_gap()
    {
        using var rig = new WatchRig(keepsBooks: true);
        rig.Diff(100, 105);
        rig.Answer(105);
        rig.Diff(105, 110, """[["3","1"]]""");
        Assert.Equal(1, rig.Meter.BooksInvalid.TotalOf("crossed"));
        Assert.Empty(rig.Output.Lines(Dataset.Gaps));
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(107)); // joins what is recorded, but not what was kept since
        Assert.Equal("unknown", Assert.Single(rig.Lane.MarketViews).Book);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Answer(110);
        Assert.Equal("known", Assert.Single(rig.Lane.MarketViews).Book);
        Assert.Contains("\"reason\":\"resync\"", rig.Output.Books[^1].Row, StringComparison.Ordinal);
    }

    [Fact]
    public void Book_with_a_number_that_does_not_fit_is_recorded_and_not_kept()
    {
        using var rig = new WatchRig(keepsBooks: true);
        rig.Diff(100, 105);
        rig.Answer(105, """[["1000000000000000000000","1"]]""");
        Assert.Single(rig.Output.Books);
        Assert.Equal("not kept", Assert.Single(rig.Lane.MarketViews).Book);
    }

    [Fact]
    public void Last_trade_is_shown_and_a_late_one_is_not()
    {
        using var rig = new WatchRig();
        Trade(rig, 1, 500, "68123.45");
        Trade(rig, 3, 900, "68124.00");
        Trade(rig, 2, 700, "1.00");
        var trade = Assert.Single(rig.Lane.MarketViews).LastTrade!;
        Assert.Equal(("sell", "68124.00", "0.0012"), (trade.Side, trade.Price, trade.Size));
    }

    [Fact]
    public void Keeping_and_checking_a_book_allocates_nothing_per_change()
    {
        using var rig = Numberless("kraken", "BTC/USD");
        var bids = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"[\"{50_000 - i}.1\",\"1.00000000\"]"));
        var asks = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"[\"{50_002 + i}.1\",\"1.00000000\"]"));
        var book = Whole(rig, $"[{bids}]", $"[{asks}]");
        var watch = new VerifiedBook(rig.Exchange.Profile.Book);
        Assert.True(watch.TryBegin(new() { Bids = Encoding.UTF8.GetBytes($"[{bids}]"), Asks = Encoding.UTF8.GetBytes($"[{asks}]"), SnapshotLevels = 1000, Micros = 1 }));
        var (one, two) = (Encoding.UTF8.GetBytes("""[["49999.5","1.00000000"]]"""), Encoding.UTF8.GetBytes("""[["49999.5","0.00000000"]]"""));
        var micros = 0;
        void Change()
        {
            for (var end = micros + 1_000; micros < end; micros++)
                watch.Apply(new() { Bids = micros % 2 == 0 ? one : two, Asks = "[]"u8, Micros = micros, Checksum = 1 });
        }

        Change();
        Assert.Equal(0, ThreadAllocations.Measure(Change));
        Assert.NotNull(book);
    }

    private static WatchRig Numberless(string exchange, string symbol)
    {
        var rig = new WatchRig(exchange, symbol, keepsBooks: true);
        rig.Feed.OnSubscribed([new(Dataset.Depth, rig.Market)]);
        return rig;
    }

    private static List<long> WholeMinutes(WatchRig rig) =>
        [.. rig.Output.Whole.Where(one => one.Segment.Stream.Dataset == Dataset.Depth).Select(one => (one.Segment.Window.StartMicros / 1000 - WatchRig.T0) / 60_000)];

    /// <summary>The rows of gaps: cause, from, to, in milliseconds since the start.</summary>
    private static List<(string Cause, int From, int To)> Gaps(WatchRig rig) => [.. rig.Output.Lines(Dataset.Gaps)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Select(row => (row.GetProperty("cause").GetString()!, Millis(row.GetProperty("from").GetInt64()), Millis(row.GetProperty("to").GetInt64())))];

    private static int Millis(long micros) => (int)(micros / 1000 - WatchRig.T0);

    /// <summary>When so many changes have come: the first whole book takes a tenth of a second.</summary>
    private static long Micro(int changes) => WatchRig.T0 * 1000 + 100_000 + changes * 1_000_000L;

    private static string Time(WatchRig rig) => $"{rig.Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.ffffffZ}";

    private static OrderBook Whole(WatchRig rig, string bids, string asks, bool timeless = false)
    {
        rig.Clock.Advance(TimeSpan.FromMilliseconds(100));
        var book = new OrderBook();
        book.LoadSnapshot(Encoding.UTF8.GetBytes(bids), Encoding.UTF8.GetBytes(asks), levels: 0);
        var frame = Kraken(rig, "snapshot", bids, asks, Checksum.Compute(book));
        Send(rig, timeless ? frame.Replace($",\"timestamp\":\"{Time(rig)}\"", "", StringComparison.Ordinal) : frame);
        return book;
    }

    private static void Change(WatchRig rig, OrderBook book, string bids, string asks, uint spoil = 0, bool lost = false)
    {
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        book.ApplyDiff(Encoding.UTF8.GetBytes(bids), Encoding.UTF8.GetBytes(asks));
        if (!lost)
            Send(rig, Kraken(rig, "update", bids, asks, Checksum.Compute(book) ^ spoil));
    }

    private static string Kraken(WatchRig rig, string type, string bids, string asks, uint checksum) =>
        $$"""{"channel":"book","type":"{{type}}","data":[{"symbol":"BTC/USD","bids":{{Objects(bids)}},"asks":{{Objects(asks)}},"checksum":{{checksum}},"timestamp":"{{Time(rig)}}"}]}""";

    /// <summary>Levels in the exchange's form: <c>[{"price":1.5,"qty":2}]</c>.</summary>
    private static string Objects(string levels) => levels == "[]"
        ? levels
        : levels.Replace("[\"", "{\"price\":", StringComparison.Ordinal).Replace("\",\"", ",\"qty\":", StringComparison.Ordinal)
            .Replace("\"]", "}", StringComparison.Ordinal);

    private static void Trade(WatchRig rig, long id, int millis, string price) => Send(rig,
        $$$"""{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{WatchRig.T0 + millis}}},"s":"BTCUSDT","t":{{{id}}},"p":"{{{price}}}","q":"0.0012","T":{{{WatchRig.T0 + millis}}},"m":true,"M":true}}""");

    private static void Send(WatchRig rig, string frame) => rig.Feed.Receive(Encoding.UTF8.GetBytes(frame));
}
