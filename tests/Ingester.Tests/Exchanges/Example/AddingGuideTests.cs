using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Testing;

namespace Ingester.Tests.Exchanges.Example;

/// <summary>The worked example of docs/exchanges/adding.md is this folder's code, and it decodes what the page says.</summary>
public sealed class AddingGuideTests
{
    private static readonly string Page = Path.Combine(Corpus.Repository, "docs", "exchanges", "adding.md");

    [Fact]
    public void Page_shows_the_decoder_that_is_tested()
    {
        var code = File.ReadAllText(Path.Combine(Corpus.Repository, "tests", "Ingester.Tests", "Exchanges", "Example", "AcmeDecoder.cs"));
        var shown = code[code.IndexOf("/// <summary>", StringComparison.Ordinal)..].Replace("    /// <inheritdoc/>\n", "", StringComparison.Ordinal).TrimEnd();
        Assert.Contains($"```csharp\n{shown}\n```", File.ReadAllText(Page), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_shows_frames_and_what_they_decode_to()
    {
        var page = File.ReadAllText(Page);
        var frames = BlockAfter(page, "`events.ws.tsv`:").Split('\n').Select(line => line.Split('\t', 2)[1]).ToList();
        var (lines, decoder) = (new List<string>(), new AcmeDecoder());
        for (var index = 0; index < frames.Count; index++)
            decoder.Decode(Encoding.UTF8.GetBytes(frames[index]), new LineSink($"events.ws.tsv:{index + 1}", lines));
        Assert.Equal(BlockAfter(page, "`expected.jsonl`:").Split('\n'), lines);
    }

    [Theory]
    [InlineData("""{"ch":"trades","data":[{"id":8,"ts":1761350400120,"px":"1","qty":"1","side":"buy"}]}""", "The field 'sym' is missing")]
    [InlineData("""{"ch":"trades"}""", "The field 'data' is missing")]
    [InlineData("""{"ch":"book","type":"update","sym":"BTC-USD","ts":1761350400100,"seq":100,"bids":[],"asks":[]}""", "The field 'prev' is missing")]
    [InlineData("""{"ch":"book","type":"update","sym":"BTC-USD","ts":1761350400100,"seq":100,"prev":100,"bids":[],"asks":[]}""", "The diff ends before it starts")]
    [InlineData("""{"op":"subscribe","id":7}""", "The field 'ok' is missing")]
    [InlineData("""{"ch":"surprise"}""", "The channel 'surprise' is unknown")]
    public void Bad_frames_are_refused_before_anything_is_emitted(string frame, string message)
    {
        var lines = new List<string>();
        var fault = Assert.Throws<JsonException>(() => new AcmeDecoder().Decode(Encoding.UTF8.GetBytes(frame), new LineSink("", lines)));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.Empty(lines);
    }

    [Fact]
    public void Answers_pongs_and_other_channels_are_notices()
    {
        var lines = new List<string>();
        foreach (var frame in new[] { """{"op":"pong"}""", """{"op":"subscribe","id":8,"ok":false,"error":"no such market"}""", """{"ch":"ticker","sym":"BTC-USD"}""" })
            new AcmeDecoder().Decode(Encoding.UTF8.GetBytes(frame), new LineSink("x", lines));
        Assert.Equal(["Heartbeat", "Rejected", "Ignored"], lines.Select(line => JsonElement.Parse(line).GetProperty("notice").GetProperty("kind").GetString()));
    }

    [Fact]
    public void Example_lists_markets_and_divides_subscriptions()
    {
        var exchange = new AcmeExchange();
        var list = exchange.ParseMarketList("""{"markets":[{"sym":"BTC-USD","base":"BTC","quote":"USD","status":"open","tick":"0.01","lot":"0.0001"},{"sym":"OLD-USD","base":"OLD","quote":"USD","status":"closed"}]}"""u8);
        Assert.Equal(
            [("BTC-USD", MarketState.Trading, "0.01"), ("OLD-USD", MarketState.Delisted, null)],
            list.Markets.Select(listed => (listed.Market.Name, listed.State, listed.Facts!.Tick)));
        Assert.All(list.Markets, listed => Assert.Equal(listed.Market, exchange.Profile.Symbols.ToMarket(listed.Market.Symbol)));
        var id = 7L;
        var frames = exchange.CreateSubscribeFrames([.. list.Markets.SelectMany(listed => exchange.Profile.Datasets.Select(dataset => new Subscription(dataset.Dataset, listed.Market)))], subscribe: true, ref id);
        Assert.Equal(
            ["""{"op":"subscribe","id":7,"ch":"trades","syms":["BTC-USD","OLD-USD"]}""", """{"op":"subscribe","id":8,"ch":"book","syms":["BTC-USD","OLD-USD"]}"""],
            frames.Select(frame => frame.Text));
        Assert.Equal(9, id);
    }

    private static string BlockAfter(string page, string words)
    {
        var start = page.IndexOf("```", page.IndexOf(words, StringComparison.Ordinal), StringComparison.Ordinal);
        start = page.IndexOf('\n', start) + 1;
        return page[start..page.IndexOf("\n```", start, StringComparison.Ordinal)];
    }
}
