using System.Text.Json;
using Ingester.Browser.Tests.Driving;

namespace Ingester.Browser.Tests.Pages;

/// <summary>A market: its candles, its book now, and its book at a past moment.</summary>
public sealed class MarketPageTests(RunningDashboard running)
{
    private ChromiumBrowser Browser => running.Browser;

    [Fact]
    public void Market_is_found_and_has_candles_and_a_live_ladder()
    {
        var traded = running.System.Trades(SimulatedSystem.Repaired);
        Browser.Open(running.Dashboard.Page($"market?find={traded.Market}"));
        var link = $"a[href$='market/{traded.Exchange}/{traded.Market}']";
        Browser.ClickUntil(() => Browser.Find(link), "the market is shown", () => Browser.Texts("h1") is [var heading] && heading == $"{traded.Exchange} {traded.Market}");
        Browser.UntilLoaded();
        Browser.Until("the ladder is live", () => Browser.PageText.Contains("Live, not proven until it is stored.", StringComparison.Ordinal) && Ladder().Count > 4);
        Browser.Until("candles and charts are drawn", () => Browser.FindAll(".js-plotly-plot .main-svg").Count >= 3);
        Browser.ClickUntil(() => Browser.FindControl("Table of the bars"), "the bars are in a table", () => Browser.Rows("Bars").Any(row => row[1].Contains("complete", StringComparison.Ordinal) && row[2] != "–"));
        var before = Ladder();
        Browser.Until("the ladder changes", () => !Ladder().SequenceEqual(before));
    }

    [Fact]
    public async Task Book_of_a_past_moment_is_that_of_the_command_book()
    {
        var traded = running.System.Trades(SimulatedSystem.Repaired);
        var moment = (running.System.Clock.GetUtcNow() - SimulatedSystem.Minutes(4)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        Browser.Open(running.Dashboard.Page($"market/{traded.Exchange}/{traded.Market}/book?at={moment}"));
        Browser.Until("the ladder is shown", () => Ladder().Count > 4);
        var printed = await running.System.RunAsync([0, 3], "book", traded.Exchange, traded.Market, "--at", moment, "--config", running.System.Configuration, "--json");
        using var book = JsonDocument.Parse(printed);
        var prices = Ladder();
        foreach (var side in new[] { "bids", "asks" })
            foreach (var level in book.RootElement.GetProperty(side).EnumerateArray().Take(10))
                Assert.Contains(prices, row => row.Contains(level[0].GetString()!, StringComparison.Ordinal) && row.Contains(level[1].GetString()!, StringComparison.Ordinal));
        Assert.Contains(book.RootElement.GetProperty("proof").GetString()!, Browser.Texts(".proof")[0], StringComparison.Ordinal);
        Browser.Reload();
        Browser.Until("the same ladder is shown after a reload", () => Ladder().SequenceEqual(prices));
    }

    /// <summary>The rows of the ladder.</summary>
    private List<string> Ladder() => [.. Browser.Rows("Order book, levels by price").Select(row => string.Join(' ', row))];
}
