using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Exchanges;

namespace Ingester.Tests.Exchanges;

/// <summary>Holds every exchange of the catalog to its fixtures: a new exchange brings a folder, not a test.</summary>
public sealed class ExchangeContractTests
{
    public static TheoryData<string> Exchanges => Fixtures.Exchanges;

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Frames_and_market_lists_decode_to_the_expected_fixtures(string name)
    {
        var actual = Fixtures.Read(Find(name)).ToList();
        var written = Path.Combine(AppContext.BaseDirectory, $"{name}.actual.jsonl");
        File.WriteAllLines(written, actual);
        var expected = File.ReadAllLines(Fixtures.File(name, "expected.jsonl"));
        for (var index = 0; index < Math.Max(expected.Length, actual.Count); index++)
            Assert.True(
                index < expected.Length && index < actual.Count && expected[index] == actual[index],
                $"Line {index + 1} of expected.jsonl differs; all decoded lines are in {written}.\n"
                + $"expected: {expected.ElementAtOrDefault(index)}\nactual:   {actual.ElementAtOrDefault(index)}");
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Subscribe_messages_equal_the_fixtures(string name)
    {
        var exchange = Find(name);
        var all = Fixtures.Streams(exchange);
        foreach (var subscribe in new[] { true, false })
        {
            var streams = subscribe ? all : [.. all.Where(stream => exchange.Profile.Find(stream.Dataset)!.CanUnsubscribe)];
            var requestId = 7L;
            var frames = exchange.CreateSubscribeFrames(streams, subscribe, ref requestId);
            if (!subscribe && exchange.Profile.ReplacesSubscriptions)
            {
                Assert.Empty(frames);
                continue;
            }

            var expected = Fixtures.Lines(Fixtures.File(name, subscribe ? "subscribe.sent.tsv" : "unsubscribe.sent.tsv"), 1);
            Assert.Equal(expected.Select(Encoding.UTF8.GetString), frames.Select(frame => frame.Text));
            Assert.Equal(streams.ToHashSet(), frames.SelectMany(frame => frame.Streams).ToHashSet());
            Assert.Equal(streams.Count, frames.Sum(frame => frame.Streams.Count));
            Assert.Equal(7 + frames.Count(frame => frame.RequestId is not null), requestId);
        }
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Many_streams_are_divided_into_messages_with_their_own_ids(string name)
    {
        var exchange = Find(name);
        var streams = Enumerable.Range(0, 1_000).Select(n => new Subscription(Dataset.Trades, new($"A{n}-USD", $"A{n}USD"))).ToList();
        var requestId = 1L;
        var frames = exchange.CreateSubscribeFrames(streams, subscribe: true, ref requestId);
        Assert.InRange(frames.Count, exchange.Profile.ReplacesSubscriptions ? 1 : 2, exchange.Profile.ReplacesSubscriptions ? 1 : streams.Count);
        Assert.Equal(streams, frames.SelectMany(frame => frame.Streams));
        var ids = frames.Where(frame => frame.RequestId is not null).Select(frame => frame.RequestId!.Value).ToList();
        Assert.Equal(Enumerable.Range(1, ids.Count).Select(id => (long)id), ids);
        Assert.All(frames, frame => System.Text.Json.JsonDocument.Parse(frame.Text).Dispose());
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void A_dataset_that_the_exchange_does_not_offer_cannot_be_subscribed(string name)
    {
        var exchange = Find(name);
        var requestId = 1L;
        Assert.Throws<ArgumentException>(() =>
            exchange.CreateSubscribeFrames([new(Dataset.Quarantine, new("BTC-USD", "BTC-USD"))], subscribe: true, ref requestId));
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Names_of_the_market_list_equal_the_names_derived_from_symbols(string name)
    {
        var exchange = Find(name);
        var body = Fixtures.Lines(Fixtures.File(name, "markets.rest.tsv"), 2).First();
        Assert.All(
            exchange.ParseMarketList(body).Markets.Select(listed => listed.Market).Where(market => market.Name != market.Symbol),
            market => Assert.Equal(market, exchange.Profile.Symbols.ToMarket(market.Symbol)));
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void The_profile_is_complete(string name)
    {
        var profile = Find(name).Profile;
        Assert.All(profile.Datasets, dataset =>
        {
            Assert.True(dataset.Dataset.IsSubscribed());
            Assert.Equal("wss", dataset.Endpoint.Scheme);
            Assert.NotEmpty(dataset.Channel);
        });
        Assert.NotNull(profile.Find(Dataset.Trades));
        Assert.NotNull(profile.Find(profile.BookDataset));
        Assert.True(profile.Find(Dataset.Depth) is null || profile.Find(Dataset.Snapshots) is null, "Books are diffs or snapshots, not both.");
        Assert.Equal(Uri.UriSchemeHttps, profile.MarketLists[0].Uri.Scheme);
        Assert.Equal(profile.Symbols.QuoteAssets.OrderByDescending(quote => quote.Length), profile.Symbols.QuoteAssets); // stable: longest first
        Assert.True(profile.StreamsPerConnection > 0 && profile.MessageLimit.Count > 0 && profile.ConnectionLimit.Count > 0);
    }

    [Fact]
    public void Every_exchange_is_found_by_its_name_and_no_name_is_used_twice()
    {
        Assert.All(ExchangeCatalog.All, exchange => Assert.Same(exchange, ExchangeCatalog.Find(exchange.Profile.Name)));
        Assert.Equal(ExchangeCatalog.All.Count, ExchangeCatalog.All.DistinctBy(exchange => exchange.Profile.Name).Count());
        Assert.Null(ExchangeCatalog.Find("mtgox"));
    }

    private static IExchange Find(string name) => ExchangeCatalog.Find(name)!;
}
