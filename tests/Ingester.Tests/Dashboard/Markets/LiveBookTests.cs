using System.Globalization;
using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Dashboard.Markets.Live;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Tests.Deriving;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>The live book starts from the book of the store, is the true one as long as no diff is missing, and is never called proven.</summary>
public sealed class LiveBookTests
{
    public static TheoryData<int, bool> Worlds => new() { { 1, true }, { 2, true }, { 3, true }, { 4, true }, { 1, false }, { 2, false }, { 3, false } };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Live_book_is_the_true_one_after_it_joined_the_store(int seed, bool isNumbered)
    {
        var world = new BookWorld(seed, isNumbered);
        using var archive = new MarketArchive(world.Store, "");
        var live = new LiveBook(world.Stream.Exchange, world.Stream.Market);
        var (random, joined, compared) = (new Random(seed), 0, 0);
        for (var index = 0; index < world.Truth.Count; index++)
        {
            if (index % 60 == 59)
            {
                live.Break("The connection was lost.");
                Assert.Null(live.Picture(10));
            }

            live.Add(Dataset.Depth, Row(world.Truth[index], isNumbered));
            if (!live.IsKnown && random.Next(5) == 0)
                joined += live.TryJoin(await archive.GetBookAsync(world.Stream.Exchange, world.Stream.Market, new(Micros.ToDateTime(live.FirstWaiting!.Value)))) ? 1 : 0;
            Assert.Equal(live.IsKnown, live.Reason is null);
            if (index % 5 != 0 || live.Picture(100) is not { } shown)
                continue;
            compared++;
            Assert.Equal(BookProof.Unproven, shown.Proof);
            var truth = world.Before(world.Truth[index].Micros + 1);
            var known = shown.Bids.Rows.Where(static row => !row.IsUncertain).Select(static row => (decimal.Parse(row.Price, CultureInfo.InvariantCulture), decimal.Parse(row.Size, CultureInfo.InvariantCulture))).ToList();
            Assert.Equal(truth.Bids.Take(known.Count).Select(static level => (level.Key, level.Value)), known);
        }

        Assert.True(joined > 0 && compared > joined, $"{joined} times joined, {compared} books compared");
    }

    [Fact]
    public void Missing_diff_makes_the_book_unknown()
    {
        var live = Known();
        live.Add(Dataset.Depth, Bytes("""{"ts":3,"after":12,"upto":13,"bids":[["10","2"]],"asks":[]}"""));
        Assert.False(live.IsKnown);
        Assert.Contains("Diffs are missing before", live.Reason, StringComparison.Ordinal);
        Assert.Equal(3, live.FirstWaiting);
    }

    [Fact]
    public void Diff_that_the_book_contains_is_skipped_and_the_next_one_applied()
    {
        var live = Known();
        live.Add(Dataset.Depth, Bytes("""{"ts":2,"after":9,"upto":10,"bids":[["10","9"]],"asks":[]}"""));
        live.Add(Dataset.Depth, Bytes("""{"ts":3,"after":11,"upto":12,"bids":[["10","2"]],"asks":[["12","1"]]}"""));
        var shown = live.Picture(10)!;
        Assert.Equal(["10x2"], shown.Bids.Rows.Select(static row => $"{row.Price}x{row.Size}"));
        Assert.Equal(["11x1", "12x1"], shown.Asks.Rows.Select(static row => $"{row.Price}x{row.Size}"));
        Assert.Equal(("1", "2", 12L), (shown.Spread, shown.Asks.Rows[1].Total, shown.UpTo!.Value));
    }

    [Fact]
    public void Unknown_book_of_the_store_is_not_joined()
    {
        var live = new LiveBook("binance", "BTC-USDT");
        live.Add(Dataset.Depth, Bytes("""{"ts":2,"after":9,"upto":10,"bids":[],"asks":[]}"""));
        Assert.False(live.TryJoin(new() { Exchange = "binance", Market = "BTC-USDT", AtMicros = 2, Proof = BookProof.Unknown, Reason = "Diffs are missing." }));
        Assert.False(live.TryJoin(new() { Exchange = "binance", Market = "BTC-USDT", AtMicros = 2, Proof = BookProof.Proven, Reason = "", UpTo = 5 }));
        Assert.Contains("as soon as the store holds", live.Reason, StringComparison.Ordinal);
    }

    private static LiveBook Known()
    {
        var live = new LiveBook("binance", "BTC-USDT");
        live.Add(Dataset.Depth, Bytes("""{"ts":1,"after":10,"upto":11,"bids":[["10","1"]],"asks":[]}"""));
        live.Add(Dataset.Snapshots, Bytes("""{"ts":1,"upto":11,"bids":[["10","1"]],"asks":[["11","1"]],"levels":0,"reason":"start"}"""));
        Assert.True(live.IsKnown);
        return live;
    }

    private static byte[] Row(TrueDiff diff, bool isNumbered) =>
        Bytes($"{{\"ts\":{diff.Micros}{(isNumbered ? $",\"after\":{diff.After},\"upto\":{diff.UpTo}" : "")},\"bids\":{Levels(diff.Bids)},\"asks\":{Levels(diff.Asks)}}}");

    private static string Levels(List<(decimal Price, decimal Size)> levels) =>
        $"[{string.Join(',', levels.Select(static level => string.Create(CultureInfo.InvariantCulture, $"[\"{level.Price}\",\"{level.Size}\"]")))}]";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
