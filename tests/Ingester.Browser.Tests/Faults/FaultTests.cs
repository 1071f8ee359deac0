using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Ingester.Browser.Tests.Driving;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;

namespace Ingester.Browser.Tests.Faults;

/// <summary>What cannot be shown is a sentence on the page: never a stack trace, never an endless progress bar.</summary>
public sealed partial class FaultTests(RunningDashboard running) : IDisposable
{
    private const string Token = "a-token-of-this-test";

    private static readonly DateTimeOffset LargeDay = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
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
        using var dashboard = await StartedDashboard.StartAsync(["--store", folder, .. running.System.ClockArguments]); // the object may be of a later time of this day
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

    [Fact]
    public async Task Wrong_token_of_a_recorder_is_named()
    {
        _ = running.Browser;
        var traded = running.System.Trades(SimulatedSystem.Repaired);
        using var dashboard = await StartedDashboard.StartAsync(["--store", running.System.Store, "--recorders", running.System.Recorders, "--recorder-token", "not-the-right-token", .. running.System.ClockArguments]);
        Browser.Open(dashboard.Page($"market/{traded.Exchange}/{traded.Market}"));
        Browser.Until("the page says that the recorder refuses the token", () => Browser.PageText.Contains("refused the live stream (401): The live stream needs the token", StringComparison.Ordinal));
        ShowsNoTrace();
        Browser.TakeProblems();
    }

    [Fact]
    public async Task Day_of_4000_streams_is_shown_in_pages()
    {
        _ = running.Browser;
        const string LastMarket = "M1999-USDT";
        WriteLargeDay(LastMarket);
        using var dashboard = await StartedDashboard.StartAsync("--store", folder);
        Browser.Open(dashboard.Page($"completeness/day/{LargeDay:yyyy-MM-dd}"));
        Browser.Until("the first page is shown", () => Browser.Rows("States of streams and hours").Count == 50 && Browser.Texts(".pager")[0].Contains("4,000", StringComparison.Ordinal));
        ShowsNoTrace();
        Browser.ClickUntil(() => Browser.Find("input[name=only]"), "only the stream with a missing hour is shown", () => Browser.Rows("States of streams and hours") is [var only] && only[1] == LastMarket);
        Browser.Open(dashboard.Page($"completeness?to={LargeDay:yyyy-MM-dd}&page=80"));
        Browser.Until("the last page of the map is shown", () => Browser.Rows("States of streams and days") is { Count: 50 } rows && rows[^1][1] == LastMarket);
        ShowsNoTrace();
    }

    /// <summary>Coverage of 2,000 markets with two quiet streams each, in windows of an hour. An hour of the last market's trades is missing.</summary>
    private void WriteLargeDay(string lastMarket)
    {
        for (var hour = 0; hour < 24; hour++)
        {
            var window = new Window(Micros.From(LargeDay) + hour * 60 * Window.MicrosPerMinute, 60);
            var key = ObjectKey.Journal(new() { Replica = "a", ProcessStartMicros = 1 }, new(Dataset.Coverage, "binance", window.EndMicros, 1));
            var path = Path.Combine(folder, key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var lines = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest));
            for (var stream = 0; stream < 4_000; stream++)
            {
                var id = new StreamId(stream % 2 == 0 ? Dataset.Depth : Dataset.Trades, "binance", $"M{stream / 2:0000}-USDT");
                if (hour != 7 || id.Market != lastMarket || id.Dataset != Dataset.Trades)
                    lines.Write(new CoverageLine(id, window, CoverageState.Quiet) { Quality = new(3_600, 20, 1, 2) }.ToJson() + "\n");
            }
        }
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
