using System.Net;
using System.Net.Http.Headers;
using Ingester.Browser.Tests.Driving;
using Ingester.Demo;

namespace Ingester.Browser.Tests.Faults;

/// <summary>What cannot be shown is a sentence on the page: never a stack trace, never an endless progress bar.</summary>
public sealed class FaultTests(RunningDashboard running) : IDisposable
{
    private const string Token = "a-token-of-this-test";

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-faults-").FullName;

    private ChromiumBrowser Browser => running.Browser;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Recorder_that_is_down_is_named()
    {
        _ = running.Browser;
        var address = $"127.0.0.1:{ReplicaProcess.FreePort()}";
        using var dashboard = await DashboardProcess.StartAsync("--store", running.System.Store, "--recorders", $"http://{address}");
        Browser.Open(dashboard.Page(""));
        Browser.Until("the page says that the recorder cannot be reached", () => Browser.PageText.Contains($"The recorder at {address} cannot be reached", StringComparison.Ordinal));
        ShowsNoTrace();
        Browser.Open(dashboard.Page("completeness")); // the store is still there
        Assert.DoesNotContain(Browser.Texts("[role=alert]"), text => text.Length > 0);
    }

    [Theory]
    [InlineData("completeness")]
    [InlineData("days")]
    [InlineData("market/binance/BTC-USDT")]
    [InlineData("completeness/binance/trades/BTC-USDT/2026-11-20")]
    public async Task Store_that_is_down_is_named(string page)
    {
        _ = running.Browser;
        var address = $"127.0.0.1:{ReplicaProcess.FreePort()}";
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["AWS_ACCESS_KEY_ID"] = "test", ["AWS_SECRET_ACCESS_KEY"] = "test", ["AWS_REGION"] = "us-east-1" };
        using var dashboard = await DashboardProcess.StartAsync(environment, "--store", "s3://absent/prefix", "--endpoint", $"http://{address}");
        Browser.Open(dashboard.Page(page));
        Browser.Until("the page names the bucket", () => Browser.Texts("[role=alert]").Any(text => text.Contains("absent", StringComparison.Ordinal)));
        ShowsNoTrace();
    }

    [Theory]
    [InlineData("")]
    [InlineData("completeness")]
    [InlineData("days")]
    [InlineData("market")]
    [InlineData("market/binance/BTC-USDT")]
    [InlineData("market/binance/BTC-USDT/book?at=2026-11-20T10:00:00")]
    [InlineData("completeness/binance/trades/BTC-USDT/2026-11-20")]
    public async Task Empty_store_is_said_to_be_empty(string page)
    {
        _ = running.Browser;
        using var dashboard = await DashboardProcess.StartAsync("--store", folder);
        Browser.Open(dashboard.Page(page));
        ShowsNoTrace();
        Assert.Matches("(?i)no |nothing|empty|not ", Browser.Texts("main")[0]);
    }

    [Theory]
    [InlineData("market/nasdaq/BTC-USDT")]
    [InlineData("completeness/binance/trades/BTC-USDT/yesterday")]
    [InlineData("completeness/binance/candles/BTC-USDT/2026-11-20")]
    [InlineData("market/binance/BTC-USDT/book?at=yesterday")]
    [InlineData("?sort=nothing&desc=maybe&wrong=7")]
    [InlineData("nowhere")]
    public void Wrong_address_gets_a_sentence(string page)
    {
        Browser.Open(running.Dashboard.Page(page));
        ShowsNoTrace();
        Assert.NotEmpty(Browser.Texts("h1"));
    }

    [Fact]
    public async Task Token_is_asked_for_and_a_wrong_one_is_refused()
    {
        _ = running.Browser;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["INGESTER_DASHBOARD_TOKEN"] = Token };
        using var dashboard = await DashboardProcess.StartAsync(environment, "--store", folder);
        using var http = new HttpClient();
        using var refused = await http.GetAsync(dashboard.Page("completeness"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using (var request = new HttpRequestMessage(HttpMethod.Get, dashboard.Page("completeness")) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } })
        using (var accepted = await http.SendAsync(request))
            Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);

        Browser.Open(dashboard.Page("days"));
        Assert.EndsWith("/sign-in", Browser.Address.AbsolutePath, StringComparison.Ordinal);
        SignIn("not-the-right-token");
        Browser.Until("the token is refused", () => Browser.Texts("[role=alert]").Any(text => text.Contains("not the token", StringComparison.Ordinal)));
        SignIn(Token);
        Browser.Until("the pages are shown", () => Browser.Texts("h1") is ["Now"]);
    }

    private void SignIn(string token)
    {
        Browser.Find("#token").SendKeys(token);
        Browser.Find("button[type=submit]").Click();
    }

    private void ShowsNoTrace()
    {
        var text = Browser.PageText;
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.DoesNotContain("unhandled error", text, StringComparison.OrdinalIgnoreCase);
    }
}
