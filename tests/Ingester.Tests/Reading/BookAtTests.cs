using Ingester.Core.Books;
using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Testing.Storage;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading;

/// <summary>The book at any moment is the true one, or it is said that it is not known.</summary>
public sealed class BookAtTests
{
    private static readonly StreamId Numbered = new(Dataset.Depth, "binance", "BTC-USDT");
    private static readonly StreamId Unnumbered = new(Dataset.Depth, "coinbase", "BTC-USD");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Book_at_random_times_is_the_true_one_across_gaps_closed_by_snapshots(int seed)
    {
        var random = new Random(seed);
        var store = new MemoryStore();
        var history = Record(store, random, out var gaps);
        using var archive = new MarketArchive(store, "");
        var unknown = 0;
        for (var i = 0; i < 25; i++)
        {
            var at = history[0].Micros + random.NextInt64(history[^1].Micros - history[0].Micros);
            var answer = await archive.GetBookAsync("binance", "BTC-USDT", Micros.ToDateTime(at));
            var isInGap = gaps.Any(gap => at >= gap.LastBefore && at < gap.NextBook);
            Assert.Equal(isInGap ? BookProof.Unknown : BookProof.Proven, answer.Proof);
            unknown += isInGap ? 1 : 0;
            if (!isInGap)
                Assert.Equal(history.Last(moment => moment.Micros <= at).Book, Text(answer));
            else
                Assert.Empty(answer.Bids);
        }

        Assert.True(unknown < 25);
    }

    [Fact]
    public async Task Book_states_its_known_depth()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store, "a", Numbered);
        replica.Depth(T0, new(9, 10), "[]");
        replica.Book(T0, 10, """[["10","1"],["9","1"]]""", """[["11","1"]]""", levels: 2);
        replica.Depth(T0 + Second, new(10, 12), """[["5","1"]]""");
        replica.Depth(T0 + 2 * Second, new(12, 13), """[["10","0"]]""");
        replica.Close();
        var answer = await AtAsync(store, Numbered, T0 + Second);
        Assert.Equal("10x1 9x1 5x1 | 11x1", Text(answer));
        Assert.Equal((ExactDecimal.Parse("9"), null), (answer.BidHorizon!.Value, answer.AskHorizon));
        Assert.Equal((BookProof.Proven, 1L, 12L), (answer.Proof, answer.Changes, answer.UpTo!.Value));
    }

    [Fact]
    public async Task Without_a_snapshot_or_a_diff_that_joins_it_the_book_is_not_known()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store, "a", Numbered);
        replica.Depth(T0, new(19, 20), "[]");
        replica.Depth(T0 + 10 * Second, new(20, 21), "[]");
        replica.Close();
        Assert.Equal(BookProof.Unknown, (await AtAsync(store, Numbered, T0 + Second)).Proof);
        replica.Book(T0, 15, """[["10","1"]]""", """[["11","1"]]""");
        var old = await AtAsync(store, Numbered, T0 + Second);
        Assert.Equal(BookProof.Unknown, old.Proof);
        Assert.Contains("(15, 19] are missing", old.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_without_a_later_stored_diff_is_not_proven()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store, "a", Numbered);
        replica.Depth(T0, new(9, 10), "[]");
        replica.Book(T0, 10, """[["10","1"]]""", """[["11","1"]]""");
        replica.Close();
        var answer = await AtAsync(store, Numbered, T0 + Second);
        Assert.Equal((BookProof.Unproven, "10x1 | 11x1"), (answer.Proof, Text(answer)));
    }

    [Fact]
    public async Task Damaged_snapshot_is_replaced_by_the_previous_one()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store, "a", Numbered);
        for (var i = 0; i < 200; i++)
            replica.Depth(T0 + i * Second, new(i, i + 1), $"""[["10","{i + 1}"]]""");
        replica.Book(T0 + 10 * Second, 11, """[["10","11"]]""", "[]");
        replica.Book(T0 + 100 * Second, 101, """[["10","101"]]""", "[]");
        replica.Close();
        var later = store.Keys.Last(key => key.StartsWith("snapshots/", StringComparison.Ordinal));
        store.Forge(later, store.Body(later)[..20], store.Metadata(later));
        var answer = await AtAsync(store, Numbered, T0 + 150 * Second);
        Assert.Equal((BookProof.Proven, "10x151 | "), (answer.Proof, Text(answer)));
        Assert.Contains(later, Assert.Single(answer.Unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_without_sequence_ids_is_proven_only_by_its_windows()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store, "a", Unnumbered, SequenceKind.None);
        replica.ConnectAt(T0 + 20 * Second);
        replica.Book(T0 + 20 * Second, null, """[["10","1"]]""", """[["11","1"]]""");
        for (var i = 20; i < 400; i++)
        {
            replica.Depth(T0 + i * Second, null, $"""[["10","{i}"]]""");
            replica.TickAt(T0 + i * Second);
        }

        replica.Close();
        var answer = await AtAsync(store, Unnumbered, T0 + 200 * Second);
        Assert.Equal((BookProof.Unproven, "10x200 | 11x1"), (answer.Proof, Text(answer)));
        Assert.Contains("1 windows", answer.Reason, StringComparison.Ordinal);
        var late = await AtAsync(store, Unnumbered, T0 + 30 * Minute);
        Assert.Equal(BookProof.Unknown, late.Proof);
    }

    [Fact]
    public async Task Book_of_a_quiet_market_is_known_without_a_diff_in_the_minute_of_its_snapshot()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store, "a", Unnumbered, SequenceKind.None);
        replica.ConnectAt(T0 + 20 * Second);
        replica.Book(T0 + 25 * Second, null, """[["10","1"]]""", """[["11","1"]]""");
        for (var second = 20; second < 400; second++)
            replica.TickAt(T0 + second * Second);
        replica.Depth(T0 + 400 * Second, null, """[["10","2"]]""");
        replica.Close();
        var answer = await AtAsync(store, Unnumbered, T0 + 100 * Second);
        Assert.Equal((BookProof.Unproven, "10x1 | 11x1"), (answer.Proof, Text(answer)));
        Assert.Contains("1 windows", answer.Reason, StringComparison.Ordinal);
        Assert.Equal("10x2 | 11x1", Text(await AtAsync(store, Unnumbered, T0 + 400 * Second)));
    }

    [Theory]
    [InlineData("checksum", 170, false, BookProof.Unknown)] // the window in which something is missing was taken for whole before that showed
    [InlineData("checksum", 169, false, BookProof.Unproven)]
    [InlineData("checksum", 170, true, BookProof.Unproven)] // another replica has all of it
    [InlineData("checksum", 400, true, BookProof.Unproven)]
    [InlineData("crossed", 170, true, BookProof.Unknown)] // nobody knows since when, so nobody can be believed to have had it all
    [InlineData("overflow", 170, false, BookProof.Unknown)]
    [InlineData("disconnect", 170, false, BookProof.Unknown)]
    public async Task Gap_that_is_detected_later_makes_the_book_unknown_from_its_possible_start(string cause, int second, bool another, BookProof expected)
    {
        var store = new MemoryStore();
        var known = Enum.Parse<GapCause>(cause, ignoreCase: true);
        foreach (var name in another ? ["a", "b"] : new[] { "a" })
            RecordUnnumbered(store, name, gap: name == "a" ? known : null);
        Assert.Contains(store.Keys, key => key.StartsWith("depth/", StringComparison.Ordinal) && key.EndsWith("/0002-1m.json.gz", StringComparison.Ordinal));
        var answer = await AtAsync(store, Unnumbered, T0 + second * Second);
        Assert.Equal(expected, answer.Proof);
        Assert.Equal(expected == BookProof.Unknown ? " | " : $"10x{second} | 11x1", Text(answer));
        if (expected == BookProof.Unknown)
            Assert.EndsWith("the book is known again from 2025-10-25 00:05:00.000000.", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disconnect", BookProof.Unproven)] // the book was received on the new connection, so it ends the gap although the next diff comes later
    [InlineData("checksum", BookProof.Unknown)]
    [InlineData("overflow", BookProof.Unknown)]
    public async Task Gap_around_a_snapshot_is_judged_by_its_cause(string cause, BookProof expected)
    {
        var store = new MemoryStore();
        using var replica = new Replica(store, "a", Unnumbered, SequenceKind.None);
        replica.ConnectAt(T0 + 20 * Second);
        replica.Book(T0 + 30 * Second, null, """[["10","1"]]""", """[["11","1"]]""");
        replica.Depth(T0 + 35 * Second, null, """[["10","35"]]""");
        replica.Gap(T0 + 20 * Second, T0 + 35 * Second, Enum.Parse<GapCause>(cause, ignoreCase: true));
        replica.Close();
        Assert.Equal(expected, (await AtAsync(store, Unnumbered, T0 + 36 * Second)).Proof);
    }

    /// <summary>A change each second from 20 to 400, the whole book before; with a gap, changes from 170 to 189 and whatever it was that would be found at 190.</summary>
    private static void RecordUnnumbered(MemoryStore store, string name, GapCause? gap)
    {
        using var replica = new Replica(store, name, Unnumbered, SequenceKind.None);
        replica.ConnectAt(T0 + 20 * Second);
        replica.Book(T0 + 20 * Second, null, """[["10","1"]]""", """[["11","1"]]""");
        for (var second = 20; second <= 400; second++)
        {
            if (gap is { } cause && second == 190)
            {
                replica.Lose(); // what is open is a fragment
                replica.Connect();
                replica.Gap(T0 + 170 * Second, T0 + 190 * Second, cause);
                replica.Gap(T0 + 170 * Second, T0 + 300 * Second, GapCause.Snapshot);
            }

            if (gap is null || second is < 171 or > 189)
                replica.Depth(T0 + second * Second, null, $"""[["10","{second}"]]""");
            replica.TickAt(T0 + second * Second);
        }

        replica.Close();
    }

    private static Task<BookResult> AtAsync(MemoryStore store, StreamId stream, long at) =>
        new MarketArchive(store, "").GetBookAsync(stream.Exchange, stream.Market, Micros.ToDateTime(at));

    /// <summary>Changes of a book with gaps; after each a whole book is taken some seconds later. The whole books of the start and the gaps alone are there.</summary>
    private static List<(long Micros, string Book)> Record(MemoryStore store, Random random, out List<(long LastBefore, long NextBook)> gaps)
    {
        var history = new List<(long, string)>();
        gaps = [];
        var book = new OrderBook();
        using var replica = new Replica(store, "a", Numbered);
        long upTo = random.Next(1000), micros = T0 + random.NextInt64(Minute);
        var (away, owed) = (0, 1);
        long lastSeen = micros;
        for (var i = 0; i < 600; i++)
        {
            var range = new SequenceRange(upTo, upTo += 1 + random.Next(4));
            var (bids, asks) = (Levels(random, 100), Levels(random, 200));
            micros += 1 + (random.Next(60) == 0 ? random.NextInt64(3 * Minute) : random.NextInt64(2 * Second));
            book.ApplyDiff(System.Text.Encoding.UTF8.GetBytes(bids), System.Text.Encoding.UTF8.GetBytes(asks));
            history.Add((micros, Text(book)));
            if (away == 0 && owed == 0 && random.Next(100) == 0)
            {
                (away, owed) = (1 + random.Next(5), 1 + random.Next(8));
                gaps.Add((lastSeen, 0));
            }

            if (away > 0)
            {
                away--;
                continue;
            }

            replica.Depth(micros, range, bids, asks);
            lastSeen = micros;
            if (owed == 0 || --owed > 0)
                continue;
            replica.Book(micros, upTo, Json(book.Bids), Json(book.Asks));
            if (gaps.Count > 0 && gaps[^1].NextBook == 0)
                gaps[^1] = (gaps[^1].LastBefore, micros);
        }

        replica.Close();
        if (gaps.Count > 0 && gaps[^1].NextBook == 0)
            gaps[^1] = (gaps[^1].LastBefore, long.MaxValue);
        return history;
    }

    private static string Levels(Random random, int from) =>
        $"[{string.Join(',', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => $"[\"{from + random.Next(40)}.{random.Next(10)}\",\"{random.Next(4)}\"]"))}]";

    private static string Json(BookSide side) => $"[{string.Join(',', side.BestFirst.Select(level => $"[\"{level.Price}\",\"{level.Size}\"]"))}]";

    private static string Text(OrderBook book) => Text(book.Bids.BestFirst, book.Asks.BestFirst);

    private static string Text(BookResult answer) => Text(answer.Bids, answer.Asks);

    private static string Text(IEnumerable<BookLevel> bids, IEnumerable<BookLevel> asks) =>
        $"{string.Join(' ', bids.Select(l => $"{l.Price}x{l.Size}"))} | {string.Join(' ', asks.Select(l => $"{l.Price}x{l.Size}"))}";
}
