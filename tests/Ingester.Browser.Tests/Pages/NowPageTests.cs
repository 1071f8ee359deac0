using System.Globalization;
using Ingester.Browser.Tests.Driving;

namespace Ingester.Browser.Tests.Pages;

/// <summary>The page <c>Now</c>: what the recorders do, and what is wrong.</summary>
public sealed class NowPageTests(RunningDashboard running)
{
    private const int LostTrades = 5;

    private ChromiumBrowser Browser => running.Browser;

    [Fact]
    public void Events_count_up_and_rows_keep_their_places()
    {
        Browser.Open(running.Dashboard.Page(""));
        Browser.Until("both replicas of three exchanges are listed", () => Browser.Rows("Exchanges").Count == 6);
        var (before, names) = (Events(), Names());
        Browser.Until("events of every row count up", () => Events().Zip(before).All(pair => pair.First > pair.Second));
        Assert.Equal(names, Names());
        Assert.Equal(["a", "b"], Browser.Rows("Replicas").Select(row => row[0]));
        Assert.Equal(3, Browser.Rows("Replicas side by side").Count);
    }

    [Fact]
    public void Filter_and_order_are_in_the_address_and_survive_a_reload()
    {
        Browser.Open(running.Dashboard.Page(""));
        Browser.Until("the rows are listed", () => Browser.Rows("Exchanges").Count == 6);
        Browser.Until("only kraken is listed", () =>
        {
            if (Browser.Find("input[type=search]").GetAttribute("value") != "kraken")
            {
                Browser.Find("input[type=search]").Clear();
                Browser.Find("input[type=search]").SendKeys("kraken");
            }

            return Browser.Rows("Exchanges") is { Count: 2 } rows && rows.All(row => row[0] == "kraken");
        });
        Browser.Until("the address has the filter", () => Browser.Address.Query.Contains("find=kraken", StringComparison.Ordinal));
        Browser.ClickUntil(() => Browser.FindControl("Replica"), "rows are ordered by replica", () => Browser.Texts("[aria-sort=ascending]").Any(text => text.StartsWith("Replica", StringComparison.Ordinal)));
        Browser.Until("the address has the order", () => Browser.Address.Query.Contains("sort=replica", StringComparison.Ordinal));
        Browser.Reload();
        Browser.Until("the same rows are listed", () => Browser.Rows("Exchanges") is { Count: 2 } rows && rows.All(row => row[0] == "kraken"));
        Assert.Equal("kraken", Browser.Find("input[type=search]").GetAttribute("value"));
        Assert.StartsWith("Replica", Assert.Single(Browser.Texts("[aria-sort=ascending]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Gap_appears_is_repaired_and_leaves_the_open_gaps()
    {
        var gapped = running.System.Trades(SimulatedSystem.Repaired);
        Browser.Open(running.Dashboard.Page($"?find={SimulatedSystem.Repaired}"));
        Browser.Until("no gap is open", () => OpenGaps(gapped.Market).Count == 0 && Browser.Rows("Exchanges").Count == 2);
        running.System.Exchanges.DropNext(gapped, LostTrades);
        Browser.Until("the gap is listed", () => OpenGaps(gapped.Market).Count > 0);
        var gap = OpenGaps(gapped.Market)[0];
        Assert.Equal(("trades", "skip", LostTrades.ToString(CultureInfo.InvariantCulture)), (gap[2], gap[4], gap[5]));
        Assert.Contains("open gap", Browser.Texts(".sentence, [role=status]")[0] + Browser.PageText, StringComparison.Ordinal);
        Browser.Until("the gap is closed", () => OpenGaps(gapped.Market).Count == 0);
    }

    private List<IReadOnlyList<string>> OpenGaps(string market) => [.. Browser.Rows("Open gaps").Where(row => row[0] == SimulatedSystem.Repaired && row[1] == market && row[2] == "trades")];

    private List<long> Events() => [.. Browser.Texts("[data-events]").Select(text => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];

    private List<string> Names() => [.. Browser.Rows("Exchanges").Select(row => $"{row[0]} {row[1]}")];
}
