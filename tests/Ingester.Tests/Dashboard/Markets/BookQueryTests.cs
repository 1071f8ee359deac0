using System.Globalization;
using Ingester.Core.Time;
using Ingester.Dashboard.Markets.Books;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Markets.Objects;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Testing.Stores;
using Ingester.Tests.Deriving;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>Books of the dashboard are those of <c>ingester book</c> and of the truth.</summary>
public sealed class BookQueryTests
{
    public static TheoryData<int, bool> Worlds => new() { { 1, true }, { 2, true }, { 3, true }, { 1, false }, { 2, false }, { 3, false } };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Book_at_a_moment_is_that_of_the_command_and_true_where_it_is_proven(int seed, bool isNumbered)
    {
        var world = new BookWorld(seed, isNumbered);
        using var archive = new MarketArchive(world.Store, "");
        var (random, market, proofs) = (new Random(seed), new MarketId(world.Stream.Exchange, world.Stream.Market), new HashSet<BookProof>());
        for (var i = 0; i < 30; i++)
        {
            var at = world.Begin + random.NextInt64(world.End - world.Begin);
            var (shown, printed) = (await BookQuery.ReadAsync(new MemoryAccess(world.Store).Opened, market, at, CancellationToken.None), await archive.GetBookAsync(market.Exchange, market.Market, new(Micros.ToDateTime(at))));
            proofs.Add(shown.Proof);
            Same(printed, shown);
            if (shown.Proof == BookProof.Unknown)
                Assert.Empty(shown.Bids.Rows.Concat(shown.Asks.Rows));
            if (shown.Proof != BookProof.Proven)
                continue;
            var truth = world.Before(at + 1);
            Assert.Equal(truth.Bids.Take(shown.Bids.Rows.Count(static row => !row.IsUncertain)).Select(static level => (level.Key, level.Value)), Known(shown.Bids));
            Assert.Equal(truth.Asks.Take(shown.Asks.Rows.Count(static row => !row.IsUncertain)).Select(static level => (level.Key, level.Value)), Known(shown.Asks));
        }

        Assert.Contains(isNumbered ? BookProof.Proven : BookProof.Unproven, proofs);
    }

    [Fact]
    public async Task Books_of_damaged_stores_are_those_of_the_command()
    {
        var compared = 0;
        for (var seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var store = new GeneratedStore(random, new("depth", seed % 2 == 0 ? "binance" : "coinbase", "BTC-USDT", Numbered: seed % 2 == 0), new());
            foreach (var key in store.Store.Keys.Where(_ => random.Next(20) == 0).ToList())
                store.Store.Remove(key);
            using var archive = new MarketArchive(store.Store, "");
            var at = store.Begin + random.NextInt64(store.End - store.Begin);
            var shown = await BookQuery.ReadAsync(new MemoryAccess(store.Store).Opened, new(store.Market.Exchange, store.Market.Pair), at, CancellationToken.None);
            Same(await archive.GetBookAsync(store.Market.Exchange, store.Market.Pair, new(Micros.ToDateTime(at))), shown);
            compared += shown.Bids.Rows.Count > 0 ? 1 : 0;
        }

        Assert.True(compared > 0);
    }

    [Fact]
    public async Task Objects_behind_a_book_are_its_snapshot_and_its_diffs()
    {
        var world = new BookWorld(1, isNumbered: true);
        var access = new MemoryAccess(world.Store);
        var market = new MarketId(world.Stream.Exchange, world.Stream.Market);
        var shown = await BookQuery.ReadAsync(access.Opened, market, world.End - 1, CancellationToken.None);
        var found = await ObjectQuery.ListBooksAsync(access.Opened, market, new(shown.Snapshot!.Micros, shown.AtMicros + 1), CancellationToken.None);
        Assert.Contains(found.Objects, one => one.Key == shown.Snapshot.Key);
        Assert.Contains(found.Objects, static one => one.Key.Contains("depth/", StringComparison.Ordinal) && one.Size > 0);
        Assert.All(found.Objects, one => Assert.True(world.Store.Has(one.Key)));
    }

    private static void Same(BookResult printed, BookPicture shown)
    {
        Assert.Equal((printed.Proof, printed.Reason, printed.Snapshot, printed.Changes, printed.LastMicros, printed.UpTo), (shown.Proof, shown.Reason, shown.Snapshot, shown.Changes, shown.LastMicros, shown.UpTo));
        Assert.Equal((printed.BidHorizon?.ToString(), printed.AskHorizon?.ToString(), printed.IsCrossed), (shown.Bids.Horizon, shown.Asks.Horizon, shown.IsCrossed));
        Assert.Equal(printed.Unreadable, shown.Unreadable);
        Assert.Equal((printed.Bids.Count, printed.Asks.Count), (shown.Bids.Count, shown.Asks.Count));
        Assert.Equal(printed.Bids.Take(BookQuery.MaxLevels).Select(static level => (level.Price.ToString(), level.Size.ToString())), shown.Bids.Rows.Select(static row => (row.Price, row.Size)));
        Assert.Equal(printed.Asks.Take(BookQuery.MaxLevels).Select(static level => (level.Price.ToString(), level.Size.ToString())), shown.Asks.Rows.Select(static row => (row.Price, row.Size)));
    }

    private static IEnumerable<(decimal Price, decimal Size)> Known(LadderSide side) =>
        side.Rows.Where(static row => !row.IsUncertain).Select(static row => (decimal.Parse(row.Price, CultureInfo.InvariantCulture), decimal.Parse(row.Size, CultureInfo.InvariantCulture)));
}
