using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Storage.Writing;

namespace Ingester.Tests.Storage.Writing;

/// <summary>Which rows tell the same history: rule R2.</summary>
public sealed class HistoryComparisonTests
{
    private const string BidA = """["100.10","1.5"]""";
    private const string BidA2 = """["100.10","0"]""";
    private const string BidB = """["100.00","2"]""";
    private const string Ask = """["100.20","3"]""";

    [Fact]
    public void Grouping_into_diffs_their_times_and_the_order_of_prices_do_not_count()
    {
        string[] stored = [Diff(1, $"{BidA},{BidB}", ""), Diff(2, BidA2, Ask)];
        string[] own = [Diff(7, BidB, ""), Diff(8, "", Ask), Diff(9, BidA, ""), Diff(9, BidA2, "")];
        Assert.True(Equal(Dataset.Depth, stored, own));
        Assert.True(Equal(Dataset.Depth, own, stored));
        Assert.True(Equal(Dataset.Depth, [], [Diff(1, "", "")]));
    }

    [Theory]
    [InlineData(BidA, "", BidA2, "")] // another size
    [InlineData(BidA + "," + BidA2, "", BidA2 + "," + BidA, "")] // another order at one price
    [InlineData(BidA, "", "", BidA)] // another side
    [InlineData(BidA, "", BidA + "," + BidA, "")] // once more
    [InlineData(BidA + "," + BidB, "", BidA, "")] // one price missing
    [InlineData("""["100.1","1.5"]""", "", BidA, "")] // other digits of an equal number
    public void Other_sizes_at_a_price_are_another_history(string storedBids, string storedAsks, string ownBids, string ownAsks)
    {
        string[] stored = [Diff(1, storedBids, storedAsks)];
        string[] own = [Diff(1, ownBids, ownAsks)];
        Assert.False(Equal(Dataset.Depth, stored, own));
        Assert.False(Equal(Dataset.Depth, own, stored));
    }

    [Fact]
    public void Trades_are_a_multiset_of_rows()
    {
        var (one, two) = (Trade("1", 5), Trade("2", 6));
        Assert.True(Equal(Dataset.Trades, [one, two, two], [two, one, two]));
        Assert.False(Equal(Dataset.Trades, [one, two, two], [one, two]));
        Assert.False(Equal(Dataset.Trades, [one, one, two], [one, two, two]));
        Assert.False(Equal(Dataset.AggTrades, [one], [Trade("1", 6)]));
    }

    [Fact]
    public void Fields_that_only_one_version_of_the_format_has_do_not_count_between_versions()
    {
        var (old, marked) = (Trade("1", 5), Trade("1", 5)[..^1] + ",\"type\":\"liquidation\",\"time\":\"derived\"}");
        Assert.True(Equal(Dataset.Trades, [old], [marked], sameFormat: false));
        Assert.False(Equal(Dataset.Trades, [old], [marked]));
        Assert.False(Equal(Dataset.Trades, [old], [Trade("1", 5).Replace("0.1", "0.2", StringComparison.Ordinal)], sameFormat: false));
    }

    [Theory]
    [InlineData("not a row")]
    [InlineData("""{"ts":1,"bids":[]}""")]
    [InlineData("""{"ts":1,"bids":[["1"]],"asks":[]}""")]
    [InlineData("""{"ts":1,"bids":[[1,2]],"asks":[]}""")]
    [InlineData("""{"ts":1,"bids":["1","2"],"asks":[]}""")]
    public void Row_that_is_not_a_diff_is_rejected(string row) =>
        Assert.ThrowsAny<JsonException>(() => new HistoryComparison(Dataset.Depth, sameFormat: true).Add(HistorySide.Stored, Encoding.UTF8.GetBytes(row)));

    [Fact]
    public void Memory_is_bounded_where_one_side_runs_ahead()
    {
        var comparison = new HistoryComparison(Dataset.Trades, sameFormat: true);
        Span<byte> number = stackalloc byte[8];
        for (var row = 0; row <= HistoryComparison.MaxPending; row++)
        {
            Assert.False(comparison.Differs);
            Assert.True(row.TryFormat(number, out var length));
            comparison.Add(HistorySide.Stored, number[..length]);
        }

        Assert.True(comparison.Differs);
    }

    /// <summary>Histories cut into diffs at random are equal; with one change made to one of them, they are not.</summary>
    [Fact]
    public void Random_histories_are_equal_for_every_grouping_and_differ_after_one_change()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var history = Enumerable.Range(0, 1 + random.Next(60)).Select(_ => (Bid: random.Next(2) == 0, Price: random.Next(4), Size: random.Next(3))).ToList();
            var changed = history.ToList();
            var at = random.Next(changed.Count);
            changed[at] = changed[at] with { Size = changed[at].Size + 3 };
            var lost = history.ToList();
            lost.RemoveAt(at);
            var stored = Cut(history, random);
            Assert.True(Equal(Dataset.Depth, stored, Cut(history, random)), $"seed {seed}");
            Assert.False(Equal(Dataset.Depth, stored, Cut(changed, random)), $"seed {seed}");
            Assert.False(Equal(Dataset.Depth, stored, Cut(lost, random)), $"seed {seed}");
        }
    }

    internal static string Diff(long ts, string bids, string asks) => $"{{\"ts\":{ts},\"bids\":[{bids}],\"asks\":[{asks}]}}";

    internal static string Trade(string id, long ts) => $"{{\"id\":\"{id}\",\"ts\":{ts},\"side\":\"buy\",\"price\":\"10.0\",\"size\":\"0.1\"}}";

    private static List<string> Cut(List<(bool Bid, int Price, int Size)> history, Random random)
    {
        var rows = new List<string>();
        for (var at = 0; at < history.Count;)
        {
            var part = history.Skip(at).Take(1 + random.Next(5)).ToList();
            at += part.Count;
            rows.Add(Diff(random.Next(), Side(part, bid: true), Side(part, bid: false)));
        }

        return rows;
    }

    private static string Side(List<(bool Bid, int Price, int Size)> part, bool bid) =>
        string.Join(',', part.Where(level => level.Bid == bid).Select(level => $"[\"{level.Price}\",\"{level.Size}\"]"));

    private static bool Equal(Dataset dataset, IReadOnlyList<string> stored, IReadOnlyList<string> own, bool sameFormat = true)
    {
        var comparison = new HistoryComparison(dataset, sameFormat);
        for (var row = 0; row < Math.Max(stored.Count, own.Count) && !comparison.Differs; row++)
        {
            if (row < stored.Count)
                comparison.Add(HistorySide.Stored, Encoding.UTF8.GetBytes(stored[row]));
            if (row < own.Count && !comparison.Differs)
                comparison.Add(HistorySide.Own, Encoding.UTF8.GetBytes(own[row]));
        }

        return comparison.AreEqual;
    }
}
