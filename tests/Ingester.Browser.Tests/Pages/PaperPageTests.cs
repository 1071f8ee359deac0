using Ingester.Browser.Tests.Driving;

namespace Ingester.Browser.Tests.Pages;

/// <summary>The pages of paper trading: the list of runs, and the report with the share that rests on proven data.</summary>
public sealed class PaperPageTests(RunningDashboard running)
{
    private ChromiumBrowser Browser => running.Browser;

    [Fact]
    public void Run_of_the_list_leads_to_its_report_and_the_store_judges_it_on_request()
    {
        Browser.LeavePage(); // it may be of another dashboard
        Browser.Open(running.Dashboard.Page("paper"));
        Browser.Until("the run is listed", () => Browser.Rows("Runs") is [[SampleRun.Name]]);
        Browser.Find("main table a").Click();
        Browser.Until("the report is shown", () => Browser.PageText.Contains("100 % of the profits and losses rest on proven data: 8.00 of 8.00.", StringComparison.Ordinal));
        Assert.Contains("Judged by what the run itself knew.", Browser.PageText, StringComparison.Ordinal);
        Assert.Contains("8.00 after fees of 2.00", Browser.PageText, StringComparison.Ordinal);
        Browser.Find("main a[href$='proofs=store']").Click();
        Browser.Until("the store has judged", () => Browser.PageText.Contains("0 % of the profits and losses rest on proven data", StringComparison.Ordinal)); // it has no recording of that day
        Assert.Empty(Browser.TakeProblems());
    }

    [Fact]
    public void Unknown_run_is_a_sentence()
    {
        Browser.Open(running.Dashboard.Page("paper/absent"));
        Browser.Until("the sentence is shown", () => Browser.PageText.Contains("There is no run absent in the store.", StringComparison.Ordinal));
    }
}
