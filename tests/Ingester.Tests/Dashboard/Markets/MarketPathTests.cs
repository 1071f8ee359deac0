using Ingester.Dashboard.Markets.Names;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>Addresses carry every name of a market, through servers and proxies that decode percent signs once, twice or never.</summary>
public sealed class MarketPathTests
{
    private static readonly string[] Names =
        ["BTC-USDT", "BTC/USD", "BTC/USD:USD-251226", "t1INCH:USD", "a b", "A%2FB", "A/B", "50%", "~", "~2F", "a~b", ".", "..", "...", "a.b", "ÄÖ", "比特币", "🚀", "a+b", "a?b#c&d=e", "\\", "'\"<>", "_-."];

    public static TheoryData<string> AllNames => [.. Names];

    [Theory]
    [MemberData(nameof(AllNames))]
    public void Name_survives_its_address(string name)
    {
        var part = MarketPath.Encode(name);
        Assert.Matches("^[A-Za-z0-9._~-]+$", part);
        Assert.Equal(name, MarketPath.Decode(part));
        Assert.Equal(name, MarketPath.Decode(Uri.UnescapeDataString(Uri.UnescapeDataString(part))));
        Assert.Equal($"/market/x/{part}", new Uri(new Uri("http://127.0.0.1/"), MarketPath.Of(new("x", name))).AbsolutePath);
        Assert.Equal($"/market/x/{part}/book", new Uri(new Uri("http://127.0.0.1/"), MarketPath.OfBook(new("x", name), 1)).AbsolutePath);
    }

    [Fact]
    public void Different_names_have_different_addresses() => Assert.Equal(Names.Length, Names.Select(MarketPath.Encode).Distinct(StringComparer.Ordinal).Count());

    [Theory]
    [InlineData("BTC%2FUSD", "BTC/USD")]
    [InlineData("BTC/USD", "BTC/USD")]
    [InlineData("BTC%3AUSD", "BTC:USD")]
    public void Address_typed_by_hand_is_understood(string part, string name) => Assert.Equal(name, MarketPath.Decode(part));

    [Theory]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("a~2")]
    [InlineData("~GG")]
    public void Other_text_is_no_address(string part) => Assert.Null(MarketPath.Decode(part));

    [Theory]
    [InlineData("2025-10-25T00:00:00.123456Z", 1_761_350_400_123_456)]
    [InlineData("2025-10-25T02:00:00.1234567+02:00", 1_761_350_400_123_456)]
    [InlineData("2025-10-25 00:00", 1_761_350_400_000_000)]
    [InlineData("1761350400123456", 1_761_350_400_123_456)]
    public void Moment_has_microseconds(string text, long micros)
    {
        Assert.True(MomentText.TryParse(text, out var parsed));
        Assert.Equal(micros, parsed);
        Assert.True(MomentText.TryParse(MomentText.Format(parsed), out var again));
        Assert.Equal(parsed, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("99999999999999999999")]
    public void Other_text_is_no_moment(string? text) => Assert.False(MomentText.TryParse(text, out _));
}
