using Ingester.Core.Time;
using Ingester.Deriving.Candles;

namespace Ingester.Tests.Deriving.Candles;

/// <summary>Keys of objects with candles, and the names of their lengths.</summary>
public sealed class CandleKeyTests
{
    private static readonly long Day = Micros.From(new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero));
    private static readonly long Hour = Micros.From(TimeSpan.FromHours(1));

    [Fact]
    public void Key_has_the_documented_form()
    {
        var key = CandleKey.Of("", new("binance-futures", "BTC-USDT-PERP", TimeSpan.FromHours(4)), new(Day, Day + 20 * Hour));
        Assert.Equal("candles/exchange=binance-futures/interval=4h/pair=BTC-USDT-PERP/year=2026/month=11/day=29/0000_2000.json.gz", key);
        Assert.Equal("p/candles/exchange=x/interval=1m/pair=A%2FB/year=2026/month=11/", CandleKey.Month("p", new("x", "A/B", TimeSpan.FromMinutes(1)), new(2026, 11, 1)));
    }

    [Fact]
    public void Span_is_read_back_from_the_key()
    {
        var span = new CandleSpan(Day + Hour, Day + 23 * Hour);
        Assert.Equal(span, CandleKey.ParseSpan(CandleKey.Of("some/prefix", new("kraken", "BTC-USD", TimeSpan.FromHours(1)), span)));
    }

    [Theory]
    [InlineData("year=2026/month=11/day=29/0100_0000.json.gz")] // ends before it begins
    [InlineData("year=2026/month=11/day=29/0000_2400.json.gz")]
    [InlineData("year=2026/month=13/day=29/0000_0100.json.gz")]
    [InlineData("year=2026/month=11/day=29/0000.json.gz")]
    [InlineData("year=2026/month=11/day=29/0000_0100.json")]
    [InlineData("0000_0100.json.gz")]
    public void Other_keys_have_no_span(string key) => Assert.Null(CandleKey.ParseSpan(key));

    [Theory]
    [InlineData("1m", 1)]
    [InlineData("30m", 30)]
    [InlineData("1h", 60)]
    [InlineData("12h", 720)]
    [InlineData("1d", 1440)]
    public void Length_and_its_name(string name, int minutes)
    {
        Assert.Equal(TimeSpan.FromMinutes(minutes), CandleIntervals.Parse(name));
        Assert.Equal(name, CandleIntervals.NameOf(TimeSpan.FromMinutes(minutes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("0m")]
    [InlineData("-1m")]
    [InlineData("7m")] // does not divide a day
    [InlineData("3d")]
    [InlineData("1w")]
    [InlineData("99999999999h")]
    public void Other_texts_are_no_lengths(string name) => Assert.Null(CandleIntervals.Parse(name));
}
