using System.Text.Json;
using Ingester.Browser.Tests.Driving;
using OpenQA.Selenium;

namespace Ingester.Browser.Tests.Pages;

/// <summary>What holds for every page: nothing from another host, no error, usable by keyboard, on a telephone and by a screen reader.</summary>
public sealed class EveryPageTests(RunningDashboard running)
{
    private const string Wide = "1440x900";
    private const string Narrow = "390x844";
    private const int MaxPicture = 200_000;

    private ChromiumBrowser Browser => running.Browser;

    [Theory]
    [MemberData(nameof(PageList.Names), MemberType = typeof(PageList))]
    public void Page_has_no_error_asks_no_other_host_works_by_keyboard_and_fits_on_a_telephone(string name)
    {
        Browser.LeavePage(); // it may be of another dashboard
        Show(name, 1440, 900);
        Assert.Single(Browser.Texts("h1"));
        Assert.Empty(Browser.TakeProblems());
        Assert.DoesNotContain(Browser.Texts("[role=alert]"), text => text.Length > 0);
        var own = running.Dashboard.Address.Authority;
        Assert.All(Browser.Requests().Where(request => request.StartsWith("http", StringComparison.Ordinal) || request.StartsWith("ws", StringComparison.Ordinal)), request => Assert.Equal(own, new Uri(request).Authority));
        Assert.Contains(Browser.Requests(), request => request.StartsWith($"ws://{own}/", StringComparison.Ordinal)); // the page is connected
        EveryControlIsReached();
        Browser.Resize(390, 844);
        NothingIsWiderThanTheScreen(name);
        Assert.Empty(Browser.TakeProblems());
    }

    [Theory]
    [MemberData(nameof(PageList.Names), MemberType = typeof(PageList))]
    public void Axe_finds_no_serious_violation(string name)
    {
        _ = running.Browser;
        var file = Environment.GetEnvironmentVariable("INGESTER_AXE");
        Assert.SkipUnless(file is not null, "INGESTER_AXE names no axe.min.js (npm install --prefix FOLDER axe-core).");
        Show(name, 1440, 900);
        Browser.Evaluate<object>(File.ReadAllText(file) + "; return true;");
        var result = Browser.EvaluateAsync("const done = arguments[0]; axe.run().then(result => done(JSON.stringify({ passes: result.passes.length, violations: result.violations })), failure => done('failed: ' + failure))");
        Assert.StartsWith("{", result, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(result);
        Assert.True(document.RootElement.GetProperty("passes").GetInt32() > 10, result);
        Assert.Empty(document.RootElement.GetProperty("violations").EnumerateArray().Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical")
            .Select(violation => $"{violation.GetProperty("id").GetString()}: {violation.GetProperty("help").GetString()}: {violation.GetProperty("nodes")[0].GetProperty("html").GetString()}"));
    }

    [Fact]
    public void Navigation_works_by_the_keyboard()
    {
        Show("days", 1440, 900);
        Browser.Press(Keys.Tab);
        Assert.Equal("Skip to the content", Focused());
        Browser.Press(Keys.Enter);
        Browser.Until("the content has the focus", () => Browser.Evaluate<bool>("return document.activeElement.id === 'content'"));
        Assert.Equal("/days", Browser.Address.AbsolutePath);

        Show("now", 1440, 900);
        var next = Keys.Tab;
        foreach (var (link, heading) in new[] { ("Completeness", "Completeness"), ("Days", "Days"), ("Now", "Now") })
        {
            Browser.Until($"{link} has the focus", () =>
            {
                Browser.Press(next);
                return Focused() == link;
            });
            Browser.Press(Keys.Enter);
            next = Keys.Shift + Keys.Tab; // a new page has the focus on its heading, behind the navigation
            Browser.Until($"{heading} is shown", () => Browser.Texts("h1") is [var shown] && shown.StartsWith(heading, StringComparison.Ordinal));
        }
    }

    /// <summary>The pictures of docs/dashboard.md: <c>INGESTER_PICTURES=docs/images</c> writes them.</summary>
    [Theory]
    [MemberData(nameof(PageList.Names), MemberType = typeof(PageList))]
    public void Picture_of_the_page_is_small(string name)
    {
        _ = running.Browser;
        var folder = Environment.GetEnvironmentVariable("INGESTER_PICTURES");
        Assert.SkipUnless(folder is not null, "INGESTER_PICTURES names no folder for the pictures.");
        Directory.CreateDirectory(folder);
        foreach (var (size, width, height) in new[] { (Wide, 1440, 900), (Narrow, 390, 844) })
        {
            Show(name, width, height);
            if (name == "market")
                Browser.Until("the book is live", () => !Browser.PageText.Contains("Until then the book of the store is shown", StringComparison.Ordinal));
            var picture = Browser.TakePicture();
            File.WriteAllBytes(Path.Combine(folder, $"dashboard-{name}-{size}.png"), picture);
            Assert.InRange(picture.Length, 5_000, MaxPicture);
        }
    }

    private void NothingIsWiderThanTheScreen(string name)
    {
        var wide = "";
        bool Fits() => (wide = Browser.Evaluate<string>(
            """
            const limit = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= limit) return '';
            return [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > limit + 1 && !one.closest('.table-box')).slice(0, 5).map(one => one.outerHTML.slice(0, 150)).join('\n') || 'scrollWidth ' + document.documentElement.scrollWidth;
            """)).Length == 0;
        SpinWait.SpinUntil(Fits, TimeSpan.FromSeconds(5)); // charts adapt to the new size a moment later
        Assert.True(wide.Length == 0, $"{name} is wider than the screen:\n{wide}");
    }

    private void EveryControlIsReached()
    {
        Browser.Press(Keys.Tab);
        Assert.Equal("Skip to the content", Focused());
        const int Most = 40; // of a page with many links
        var wanted = Math.Min(Most, Browser.Evaluate<long>(
            """
            window.controls = 'a[href], button:not([disabled]), input, select, summary';
            const visible = one => one.getClientRects().length > 0 && getComputedStyle(one).visibility !== 'hidden';
            [window.reached, window.unseen] = [new Set(), []];
            return [...document.querySelectorAll(window.controls)].filter(visible).filter(one => one.tabIndex >= 0).length;
            """));
        Assert.True(wanted >= 6, $"{wanted} controls");
        var reached = 0L;
        for (var press = 0; press < 3 * wanted && reached < wanted; press++) // tables can have the focus, and the parts of a date
        {
            reached = Browser.Evaluate<long>(
                """
                const one = document.activeElement;
                if (one.matches(window.controls)) window.reached.add(one);
                const style = getComputedStyle(one);
                if (one !== document.body && style.outlineStyle === 'none' && style.boxShadow === 'none') window.unseen.push(one.outerHTML.slice(0, 150));
                return window.reached.size;
                """);
            Browser.Press(Keys.Tab);
        }

        Assert.True(reached == wanted, $"{reached} of {wanted} controls were reached: the focus is trapped.");
        Assert.Equal("", Browser.Evaluate<string>("return window.unseen.slice(0, 3).join('\\n')"));
    }

    private void Show(string name, int width, int height)
    {
        Browser.Resize(width, height);
        Browser.Open(PageList.Address(running, name));
        if (name == "now")
            Browser.Until("the rows are listed", () => Browser.Rows("Exchanges").Count == 6);
        Browser.Until("the charts are drawn", () => Browser.Evaluate<bool>("return [...document.querySelectorAll('.figure-box')].every(box => box.querySelector('.main-svg') !== null)"));
    }

    private string Focused() => Browser.Evaluate<string>("return document.activeElement.innerText ?? ''").Trim();
}
