using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Ingester.Browser.Tests.Driving;
using Ingester.Demo;

namespace Ingester.Browser.Tests.Faults;

/// <summary>What cannot be shown is a sentence on the page: never a stack trace, never an endless progress bar.</summary>
public sealed partial class FaultTests(RunningDashboard running) : IDisposable
{
    private const string Token = "a-token-of-this-test";

    private static readonly string[] EmptyWords = ["no ", "nothing", "empty", "not "];

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-faults-").FullName;

    private ChromiumBrowser Browser => running.Browser;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Recorder_that_is_down_is_named()
    {
        _ = running.Browser;
        var address = $"127.0.0.1:{ReplicaProcess.FreePort()}";
        using var dashboard = await StartedDashboard.StartAsync("--store", running.System.Store, "--recorders", $"http://{address}");
        Browser.Open(dashboard.Page(""));
        Browser.Until("the page says that the recorder cannot be reached", () => Browser.PageText.Contains($"The recorder at {address} cannot be reached", StringComparison.Ordinal));
        ShowsNoTrace();
        Browser.Open(dashboard.Page("completeness")); // the store is still there
        Assert.DoesNotContain(Browser.Texts("[role=alert]"), text => text.Length > 0);
    }

    [Fact]
    public async Task Store_that_is_down_is_named()
    {
        _ = running.Browser;
        var address = $"127.0.0.1:{ReplicaProcess.FreePort()}";
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["AWS_ACCESS_KEY_ID"] = "test", ["AWS_SECRET_ACCESS_KEY"] = "test", ["AWS_REGION"] = "us-east-1", ["AWS_MAX_ATTEMPTS"] = "1" };
        using var dashboard = await StartedDashboard.StartAsync(environment, "--store", "s3://absent/prefix", "--endpoint", $"http://{address}");
        foreach (var page in new[] { "completeness", "days", "market/binance/BTC-USDT", "completeness/binance/trades/BTC-USDT/2026-11-20" })
        {
            Browser.Open(dashboard.Page(page), waits: false);
            Browser.Until($"{page} says that the bucket cannot be read", () => Browser.Texts("[role=alert], .notice, li").Any(text => text.Contains("absent", StringComparison.Ordinal)));
            ShowsNoTrace();
        }
    }

    [Fact]
    public async Task Directory_that_disappears_is_named()
    {
        _ = running.Browser;
        var store = Path.Combine(folder, "store");
        Directory.CreateDirectory(store);
        using var dashboard = await StartedDashboard.StartAsync("--store", store);
        Directory.Delete(store);
        foreach (var page in new[] { "completeness", "days", "market" })
        {
            Browser.Open(dashboard.Page(page), waits: false);
            Browser.Until($"{page} says that the directory does not exist", () => Browser.PageText.Contains("does not exist", StringComparison.Ordinal));
            ShowsNoTrace();
        }
    }

    [Fact]
    public async Task Empty_store_is_said_to_be_empty()
    {
        _ = running.Browser;
        using var dashboard = await StartedDashboard.StartAsync("--store", folder);
        foreach (var page in new[] { "", "completeness", "days", "market", "market/binance/BTC-USDT", "market/binance/BTC-USDT/book?at=2026-11-20T10:00:00Z", "completeness/binance/trades/BTC-USDT/2026-11-20" })
        {
            Browser.Open(dashboard.Page(page));
            ShowsNoTrace();
            Browser.Until($"{page} says that there is nothing", () => EmptyWords.Any(word => Browser.Texts("main")[0].Contains(word, StringComparison.OrdinalIgnoreCase)));
        }
    }

    [Fact]
    public async Task Object_of_a_newer_version_is_named()
    {
        _ = running.Browser;
        var written = Directory.EnumerateFiles(Path.Combine(running.System.Store, "coverage"), "*.json.gz", SearchOption.AllDirectories).First(file => file.Contains($"exchange={SimulatedSystem.Repaired}/", StringComparison.Ordinal));
        var copy = Path.Combine(folder, Path.GetRelativePath(running.System.Store, written));
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        using (var from = new StreamReader(new GZipStream(File.OpenRead(written), CompressionMode.Decompress)))
        await using (var to = new StreamWriter(new GZipStream(File.Create(copy), CompressionLevel.Fastest)))
            await to.WriteAsync(Format().Replace(await from.ReadToEndAsync(), "\"format\":999,"));
        using var dashboard = await StartedDashboard.StartAsync("--store", folder);
        Browser.Open(dashboard.Page("completeness"));
        Browser.Until("the page names the format", () => Browser.PageText.Contains("it has format 999", StringComparison.Ordinal));
        ShowsNoTrace();
    }

    [Fact]
    public void Wrong_address_gets_a_sentence()
    {
        foreach (var page in new[]
        {
            "market/nasdaq/BTC-USDT", "completeness/binance/trades/BTC-USDT/yesterday", "completeness/binance/candles/BTC-USDT/2026-11-20", "market/binance/BTC-USDT/book?at=yesterday",
            "?sort=nothing&desc=maybe&wrong=7", "completeness?days=-1&page=x&to=never", "nowhere",
        })
        {
            Browser.Open(running.Dashboard.Page(page));
            ShowsNoTrace();
            Assert.NotEmpty(Browser.Texts("h1"));
        }

        Browser.TakeProblems(); // the browser reports the status of pages that do not exist
    }

    [Fact]
    public async Task Token_is_asked_for_and_a_wrong_one_is_refused()
    {
        _ = running.Browser;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["INGESTER_DASHBOARD_TOKEN"] = Token };
        using var dashboard = await StartedDashboard.StartAsync(environment, "--store", folder);
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

    [GeneratedRegex("\"format\":[0-9]+,")]
    private static partial Regex Format();
}
