using System.Text;
using System.Text.Json.Nodes;
using Ingester.Paper.Feeds;
using Ingester.Paper.Journal;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Paper;

/// <summary>The engine over a synthetic market: the same inputs give the same journal, decisions see nothing that arrives later, and gaps are flagged.</summary>
public sealed class PaperEngineTests
{
    private const int Seconds = 3_600;

    private static SyntheticFeed Feed => new(EngineRig.Start, Seconds);

    [Fact]
    public async Task Rising_and_falling_market_is_bought_and_sold()
    {
        var rig = new EngineRig();
        await rig.RunAsync(Feed, Seconds);
        var report = await rig.ReportAsync();
        Assert.True(report.Ended);
        Assert.Equal(60, report.Predictions);
        Assert.True(report.Fills >= 10, $"{report.Fills} fills");
        Assert.True(report.ClosedTrades > 0);
        Assert.True(report.Refused > 0); // a sale without a position, or too large a position
        Assert.Equal(report.EndValue - report.StartValue, report.Result);
        Assert.Equal(["proven"], report.Evidence.Keys);
        Assert.Equal(1m, report.ProvenShare);
        Assert.Empty((await rig.Journal.VerifyAsync(EngineRig.Run, TestContext.Current.CancellationToken)).Problems);
    }

    [Fact]
    public async Task Cash_is_that_of_the_fills()
    {
        var rig = new EngineRig();
        await rig.RunAsync(Feed, Seconds);
        var lines = (await rig.LinesAsync()).ConvertAll(static line => JsonNode.Parse(line)!);
        var cash = 100_000m;
        foreach (var fill in lines.Where(static line => (string?)line["event"] == "filled"))
            cash += (Number(fill, "price") * Number(fill, "size") * ((string?)fill["side"] == "buy" ? -1 : 1)) - Number(fill, "fee");
        Assert.Equal(cash, Number(lines.Last(static line => (string?)line["kind"] == "account"), "cash"));
    }

    [Fact]
    public async Task Same_inputs_give_the_same_journal_byte_for_byte()
    {
        var (first, second) = (new EngineRig(), new EngineRig());
        await first.RunAsync(Feed, Seconds);
        await second.RunAsync(Feed, Seconds);
        Assert.NotEmpty(first.Store.Keys);
        Assert.Equal(first.Store.Keys, second.Store.Keys);
        Assert.All(first.Store.Keys, key => Assert.Equal(Encoding.UTF8.GetString(first.Store.Body(key)), Encoding.UTF8.GetString(second.Store.Body(key))));
        var again = await new EngineRig(first.Store).RunAsync(Feed, Seconds);
        Assert.Equal((0, first.Store.Keys.Count), (again.Written, again.Confirmed));
    }

    [Fact]
    public async Task Other_settings_cannot_continue_the_journal_of_a_run()
    {
        var store = new MemoryStore();
        await new EngineRig(store).RunAsync(Feed, Seconds);
        await Assert.ThrowsAsync<JournalException>(() => new EngineRig(store, ("Cash", "5000")).RunAsync(Feed, Seconds));
    }

    [Fact]
    public async Task Decision_does_not_see_what_arrives_after_it()
    {
        // The price jumps in an event that happened before the end of the bar and arrives after it.
        var jump = EngineRig.Start + 600 * SyntheticFeed.Second - 1;
        var (plain, changed) = (new EngineRig(), new EngineRig());
        await plain.RunAsync(Feed, Seconds);
        await changed.RunAsync(new SyntheticFeed(EngineRig.Start, Seconds)
        {
            Change = item => item.Stream == SyntheticFeed.Trades && item.Micros == EngineRig.Start + 600 * SyntheticFeed.Second
                ? item with { Micros = jump, Row = Encoding.UTF8.GetBytes($"{{\"id\":\"600\",\"ts\":{jump},\"side\":\"buy\",\"price\":\"20000\",\"size\":\"1\"}}") }
                : item,
        }, Seconds);
        Assert.Equal(Until(await plain.LinesAsync(), 600), Until(await changed.LinesAsync(), 600));
        Assert.NotEqual(Until(await plain.LinesAsync(), 660), Until(await changed.LinesAsync(), 660));
    }

    [Fact]
    public async Task Order_across_a_gap_of_the_book_is_flagged_and_its_fills_are_uncertain()
    {
        var rig = new EngineRig(null, ("Orders:Type", "Limit"), ("Orders:Lifetime", "00:10:00"), ("Risk:MaxPosition", "50000"));
        await rig.RunAsync(new SyntheticFeed(EngineRig.Start, Seconds) { Missing = 1_262..1_300 }, Seconds);
        var lines = await rig.LinesAsync();
        Assert.Contains(lines, static line => line.Contains("\"event\":\"flagged\"", StringComparison.Ordinal));
        var report = await rig.ReportAsync();
        Assert.True(report.Evidence.GetValueOrDefault("uncertain") > 0, string.Join(", ", report.Evidence));
    }

    [Fact]
    public async Task Nothing_is_traded_while_the_book_is_not_known()
    {
        var rig = new EngineRig();
        await rig.RunAsync(new SyntheticFeed(EngineRig.Start, Seconds) { Change = static item => item.Stream == SyntheticFeed.Snapshots ? item with { Kind = FeedItemKind.Clock, Stream = null } : item }, Seconds);
        var report = await rig.ReportAsync();
        Assert.Equal((0, 0), (report.Orders, report.Fills));
        Assert.True(report.Refusals["open-gap"] > 0);
    }

    private static IEnumerable<string> Until(List<string> lines, int second) => lines.TakeWhile(line => JsonNode.Parse(line)!["ts"]!.GetValue<long>() <= EngineRig.Start + second * SyntheticFeed.Second);

    private static decimal Number(JsonNode line, string name) => decimal.Parse((string)line[name]!, System.Globalization.CultureInfo.InvariantCulture);
}
