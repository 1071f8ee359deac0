using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Recording.Configuration;
using Ingester.Testing.Fakes;
using Microsoft.Extensions.Configuration;

namespace Ingester.Tests.Recording.Configuration;

public sealed class ExchangeOptionsTests
{
    private static readonly ExchangeProfile Profile = new FakeExchange().Profile;

    [Fact]
    public void Only_the_markets_must_be_chosen()
    {
        var error = Assert.Single(new ExchangeOptions().Validate(Profile));
        Assert.StartsWith("Ingester:Exchanges:fake:Markets: required", error, StringComparison.Ordinal);
        Assert.Empty(new ExchangeOptions { Markets = ["*"] }.Validate(Profile));
    }

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once()
    {
        var options = new ExchangeOptions
        {
            Markets = ["BTC-*", ""],
            Exclude = ["A B"],
            Datasets = ["trades", "snapshots", "ticker"],
            WebSocket = "http://localhost",
            Rest = "localhost",
            StreamsPerConnection = 0,
            DiscoveryInterval = TimeSpan.Zero,
            SnapshotInterval = TimeSpan.Zero,
            SnapshotLevels = 100,
        };
        Assert.Equal(
            ["Markets:1", "Exclude:0", "Datasets:1", "Datasets:2", "WebSocket", "Rest", "StreamsPerConnection", "DiscoveryInterval", "SnapshotInterval", "SnapshotLevels"],
            options.Validate(Profile).Select(error => error.Split(": ")[0]["Ingester:Exchanges:fake:".Length..]));
    }

    [Fact]
    public void Configuration_binds_and_replaces_the_default_datasets()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Ingester:Exchanges:fake:Markets:0"] = "BTC-*",
            ["Ingester:Exchanges:fake:Datasets:0"] = "agg-trades",
            ["Ingester:Exchanges:fake:DiscoveryInterval"] = "00:01:00",
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var options = configuration.GetSection("Ingester:Exchanges:fake").Get<ExchangeOptions>()!;
        Assert.Empty(options.Validate(Profile));
        Assert.Equal([Dataset.AggTrades], options.SelectDatasets(Profile).Select(d => d.Dataset));
        Assert.Equal(TimeSpan.FromMinutes(1), options.DiscoveryInterval);
    }

    [Fact]
    public void Trades_and_depth_are_the_default() =>
        Assert.Equal([Dataset.Trades, Dataset.Depth], new ExchangeOptions().SelectDatasets(Profile).Select(d => d.Dataset));

    [Fact]
    public void Live_book_of_every_market_is_kept_unless_patterns_exclude_it()
    {
        var market = new Market("BTC-USDT", "BTCUSDT");
        Assert.All(ExchangeCatalog.All, _ => Assert.True(new ExchangeOptions().VerifiedBookFilter()(market)));
        Assert.True(new ExchangeOptions { VerifiedBooks = ["BTC-*"] }.VerifiedBookFilter()(market));
        Assert.False(new ExchangeOptions { VerifiedBooks = ["ETH-*"] }.VerifiedBookFilter()(market));
        Assert.False(new ExchangeOptions { VerifiedBooks = ["none"] }.VerifiedBookFilter()(market));
    }

    [Theory]
    [InlineData(null, "wss://ws.fake.example/feed")]
    [InlineData("ws://127.0.0.1:9000", "ws://127.0.0.1:9000/feed")]
    [InlineData("ws://127.0.0.1:9000/fake/", "ws://127.0.0.1:9000/fake/feed")]
    public void An_override_replaces_the_host_and_keeps_the_path(string? address, string dialled) =>
        Assert.Equal(new Uri(dialled), new ExchangeOptions { WebSocket = address }.WebSocketAddress(new("wss://ws.fake.example/feed")));

    [Fact]
    public void An_override_keeps_the_query() =>
        Assert.Equal(new Uri("http://box/sim/v1/markets?all=1"), new ExchangeOptions { Rest = "http://box/sim" }.RestAddress(Profile.MarketLists[0].Uri));

    [Theory]
    [InlineData(null, 100)]
    [InlineData(10, 10)]
    [InlineData(1000, 100)]
    public void Streams_per_connection_can_only_be_lowered(int? option, int capacity) =>
        Assert.Equal(capacity, new ExchangeOptions { StreamsPerConnection = option }.Capacity(Profile));

    [Fact]
    public void Connection_options_have_limits()
    {
        var validator = new ConnectionOptionsValidator();
        Assert.True(validator.Validate(null, new()).Succeeded);
        var wrong = validator.Validate(null, new() { StableAfter = TimeSpan.FromSeconds(-1), ReceiveThreads = 0 });
        Assert.Equal(2, wrong.Failures!.Count());
    }
}
