using Ingester.Browser.Tests.Driving;

namespace Ingester.Browser.Tests.Pages;

/// <summary>Every page of the dashboard with an address that shows data.</summary>
internal static class PageList
{
    /// <summary>The names of the pages, and of their pictures.</summary>
    public static TheoryData<string> Names => ["now", "market", "book", "completeness", "day", "days", "paper"];

    /// <summary>The address of a page.</summary>
    public static Uri Address(RunningDashboard running, string name)
    {
        var traded = running.System.Trades(SimulatedSystem.Repaired);
        var moment = running.System.Clock.GetUtcNow() - SimulatedSystem.Minutes(3);
        return running.Dashboard.Page(name switch
        {
            "now" => "",
            "market" => $"market/{traded.Exchange}/{traded.Market}",
            "book" => $"market/{traded.Exchange}/{traded.Market}/book?at={moment:yyyy-MM-dd'T'HH:mm:ss}",
            "completeness" => "completeness",
            "day" => $"completeness/{SimulatedSystem.Unrepaired}/trades/{running.GappedMarket}/{running.System.Day}",
            "days" => "days",
            "paper" => $"paper/{SampleRun.Name}",
            _ => throw new ArgumentException($"There is no page {name}.", nameof(name)),
        });
    }
}
