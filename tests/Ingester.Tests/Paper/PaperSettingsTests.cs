using Ingester.Paper.Settings;

namespace Ingester.Tests.Paper;

/// <summary>The settings: profiles, and a sentence for every problem at once.</summary>
public sealed class PaperSettingsTests
{
    [Theory]
    [InlineData("dev", 1, 0.7)]
    [InlineData("prod", 5, 0.85)]
    public void Profile_is_the_beginning_and_values_override_it(string profile, int minutes, double threshold)
    {
        var options = PaperSettings.Read(profile, null, Values(("Cash", "5"), ("Risk:CoolDown", "00:00:30")));
        Assert.Equal((minutes, (decimal)threshold, 5m, TimeSpan.FromSeconds(30)), (options.BarMinutes, options.Risk.Threshold, options.Cash, options.Risk.CoolDown));
        Assert.Equal("technical", Assert.Single(options.GetModels()).DisplayName);
        Assert.Equal(["binance"], options.Markets[0].AllPriceExchanges);
    }

    [Theory]
    [InlineData("Surprise", "1", "Surprise")]
    [InlineData("BarMinutes", "x", "BarMinutes")]
    [InlineData("BarMinutes", "7", "BarMinutes: 7 does not divide a day.")]
    [InlineData("Decision:MinConfidence", "1.5", "MinConfidence")]
    [InlineData("Risk:OrderWindow", "00:00:00", "OrderWindow")]
    [InlineData("Orders:TakerFee", "2", "TakerFee")]
    [InlineData("Models:0:Kind", "Http", "Url: an HTTP model needs a URL")]
    [InlineData("Models:0:Kind", "Onnx", "File: an ONNX model needs a file.")]
    [InlineData("Models:0:Timeout", "00:00:00", "Timeout")]
    [InlineData("Markets:0:Exchange", "nowhere", "'nowhere' is not an exchange.")]
    [InlineData("Markets:0:Trades", "candles", "Trades: must be trades or agg-trades.")]
    [InlineData("Alerts:Topic", "topic", "Topic: must be the ARN of an SNS topic.")]
    [InlineData("Alerts:Webhook", "ftp://example.org", "Webhook: must be a URL")]
    public void Wrong_setting_is_named(string name, string value, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<SettingsException>(() => PaperSettings.Read("dev", null, Values((name, value)))).Message, StringComparison.Ordinal);

    [Fact]
    public void All_problems_are_named_at_once()
    {
        var error = Assert.Throws<SettingsException>(() => PaperSettings.Read("dev", null, Values(("BarMinutes", "7"), ("Models:0:Kind", "Onnx"), ("Markets:1:Exchange", "binance"), ("Markets:1:Pair", "BTC-USDT"))));
        Assert.Equal(3, error.Message.Split('\n', ';').Count(static line => line.Trim().Length > 0));
    }

    [Fact]
    public void A_market_is_required() =>
        Assert.Contains("--market", Assert.Throws<SettingsException>(() => PaperSettings.Read("prod", null, new Dictionary<string, string?>(StringComparer.Ordinal))).Message, StringComparison.Ordinal);

    [Fact]
    public void Hash_depends_on_what_decides_and_not_on_alerts()
    {
        string Hash(params (string, string)[] values) => PaperSettings.Hash(PaperSettings.Read("dev", null, Values(values)));
        Assert.Equal(Hash(), Hash(("Alerts:Webhook", "http://127.0.0.1/"), ("Feed:Token", "secret-secret-secret")));
        Assert.NotEqual(Hash(), Hash(("Decision:BuyAbove", "0.03")));
        Assert.NotEqual(Hash(), Hash(("Models:0:Kind", "Http"), ("Models:0:Url", "http://127.0.0.1/")));
    }

    private static Dictionary<string, string?> Values(params (string Name, string Value)[] values)
    {
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["Paper:Markets:0:Exchange"] = "binance", ["Paper:Markets:0:Pair"] = "BTC-USDT" };
        foreach (var (name, value) in values)
            all[$"Paper:{name}"] = value;
        return all;
    }
}
