using System.Collections.ObjectModel;
using System.Text.Json;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using LogLevel = OpenQA.Selenium.LogLevel;

namespace Ingester.Browser.Tests.Driving;

/// <summary>A Chromium without a window, with a profile of its own. Every request and every line of its console is recorded.</summary>
internal sealed class ChromiumBrowser : IDisposable
{
    private const string Performance = "performance";
    private const string Folder = "/usr/bin";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly ChromeDriverService service;
    private readonly ChromeDriver driver;
    private readonly bool records;
    private readonly List<string> requests = [];
    private readonly List<string> problems = [];

    private ChromiumBrowser(ChromeDriverService service, ChromeOptions options, bool records) => (this.service, driver, this.records) = (service, new(service, options, Patience), records);

    /// <summary>Why there is no browser on this machine; null when there is one.</summary>
    public static string? Absent { get; } = File.Exists(Path.Combine(Folder, "chromium")) && File.Exists(Path.Combine(Folder, "chromedriver"))
        ? null : "There is no Chromium (Debian's packages chromium and chromium-driver).";

    /// <summary>The address of the page.</summary>
    public Uri Address => new(driver.Url);

    /// <summary>The visible text of the page.</summary>
    public string PageText => Evaluate<string>("return document.body ? document.body.innerText : ''");

    /// <summary>Starts it.</summary>
    /// <param name="records">False to record neither requests nor the console. Then the driver does not wait for pages either: with many tabs it sometimes misses the end of loading.</param>
    public static ChromiumBrowser Start(bool records = true)
    {
        var options = new ChromeOptions { BinaryLocation = Path.Combine(Folder, "chromium") };
        options.AddArguments(
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-default-apps", "--disable-extensions", "--hide-scrollbars", "--force-color-profile=srgb", "--lang=en-GB", "--window-size=1440,900");
        if (records)
        {
            options.SetLoggingPreference(LogType.Browser, LogLevel.All);
            options.SetLoggingPreference(Performance, LogLevel.All);
            options.PerformanceLoggingPreferences = new() { IsCollectingNetworkEvents = true, IsCollectingPageEvents = false };
        }
        else
        {
            options.PageLoadStrategy = PageLoadStrategy.None;
        }

        var service = ChromeDriverService.CreateDefaultService(Folder, "chromedriver");
        service.SuppressInitialDiagnosticInformation = true;
        return new(service, options, records);
    }

    /// <summary>Sets the size of the page, in CSS pixels.</summary>
    public void Resize(int width, int height) => Command("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });

    /// <summary>Opens an address and waits until everything on it is loaded.</summary>
    /// <param name="address">The address.</param>
    /// <param name="waits">False not to wait.</param>
    public void Open(Uri address, bool waits = true)
    {
        Collect(); // the driver keeps them in memory until they are read
        driver.ExecuteScript("window.isLeft = true");
        driver.Navigate().GoToUrl(address);
        if (waits)
            UntilLoaded();
    }

    /// <summary>Opens an address in a further tab, in which all later calls work.</summary>
    public void OpenTab(Uri address)
    {
        driver.SwitchTo().NewWindow(WindowType.Tab);
        Open(address);
    }

    /// <summary>Loads the present address again.</summary>
    public void Reload()
    {
        driver.Navigate().Refresh();
        UntilLoaded();
    }

    /// <summary>Waits until nothing on the page is loading.</summary>
    public void UntilLoaded() => Until("everything is loaded", () => Evaluate<bool>("return !window.isLeft && document.readyState === 'complete' && document.querySelector('main h1') !== null && document.querySelector('[aria-busy=true]') === null"));

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="what">The condition in words, for the failure.</param>
    /// <param name="condition">The condition. Elements that disappear while it is evaluated make it false.</param>
    /// <param name="details">What was seen, for the failure; null for nothing.</param>
    public void Until(string what, Func<bool> condition, Func<string>? details = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        string? last = null;
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            try
            {
                if (condition())
                    return;
            }
            catch (WebDriverException changing) when (changing is StaleElementReferenceException or NoSuchElementException or ElementClickInterceptedException or ElementNotInteractableException or JavaScriptException || !records)
            {
                last = changing.Message;
            }

            Thread.Sleep(Poll);
        }

        Assert.Fail($"Not true after {Patience}: {what}. {last}\n{details?.Invoke()}\nAddress: {driver.Url}\nPage:\n{PageText}");
    }

    /// <summary>Runs JavaScript in the page, with <c>arguments</c>.</summary>
    public T Evaluate<T>(string script, params object[] arguments) => (T)driver.ExecuteScript(script, arguments)!;

    /// <summary>Runs JavaScript in the page that ends by calling its last argument.</summary>
    public string EvaluateAsync(string script, params object[] arguments) => (string)driver.ExecuteAsyncScript(script, arguments)!;

    /// <summary>The visible texts of all elements that a selector finds.</summary>
    public IReadOnlyList<string> Texts(string selector) =>
        [.. Evaluate<ReadOnlyCollection<object>>("return [...document.querySelectorAll(arguments[0])].map(found => found.innerText.trim())", selector).Cast<string>()];

    /// <summary>The rows of the table in the region with a name, each as its cells.</summary>
    /// <param name="name">The label of the region, or the text of its heading.</param>
    public IReadOnlyList<IReadOnlyList<string>> Rows(string name) =>
        [.. Evaluate<ReadOnlyCollection<object>>(
            """
            const found = [...document.querySelectorAll('[role=region]')].find(region => (region.getAttribute('aria-label') ?? document.getElementById(region.getAttribute('aria-labelledby'))?.innerText)?.trim() === arguments[0]);
            return [...(found?.querySelectorAll('tbody tr') ?? [])].map(row => [...row.cells].map(cell => cell.innerText.trim()));
            """,
            name).Select(row => (IReadOnlyList<string>)[.. ((ReadOnlyCollection<object>)row).Cast<string>()])];

    /// <summary>The first element that a selector finds.</summary>
    public IWebElement Find(string selector) => driver.FindElement(By.CssSelector(selector));

    /// <summary>All elements that a selector finds.</summary>
    public IReadOnlyList<IWebElement> FindAll(string selector) => driver.FindElements(By.CssSelector(selector));

    /// <summary>The link or button with a text.</summary>
    public IWebElement FindControl(string text) => driver.FindElement(By.XPath($"//*[self::a or self::button or self::summary][normalize-space(.)='{text}' or @aria-label='{text}']"));

    /// <summary>Clicks until a condition is true: what is clicked before a page is connected has no effect.</summary>
    public void ClickUntil(Func<IWebElement> find, string what, Func<bool> condition)
    {
        var clicked = false;
        long at = 0;
        Until(what, () =>
        {
            if (condition())
                return true;
            if (!clicked || TimeProvider.System.GetElapsedTime(at) > TimeSpan.FromSeconds(2))
            {
                find().Click();
                (clicked, at) = (true, TimeProvider.System.GetTimestamp());
            }

            return false;
        });
    }

    /// <summary>Presses keys, without a target: the element with the focus receives them.</summary>
    public void Press(params string[] keys)
    {
        foreach (var key in keys)
            driver.SwitchTo().ActiveElement().SendKeys(key);
    }

    /// <summary>Allows pages to write to the clipboard, and tests to read it.</summary>
    public void AllowClipboard(Uri origin) => Command("Browser.grantPermissions", new()
    {
        ["permissions"] = new[] { "clipboardReadWrite", "clipboardSanitizedWrite" },
        ["origin"] = origin.GetLeftPart(UriPartial.Authority),
    });

    /// <summary>The text of the clipboard.</summary>
    public string ReadClipboard() => EvaluateAsync("const done = arguments[0]; navigator.clipboard.readText().then(done, failure => done('failed: ' + failure))");

    /// <summary>A picture of the page as PNG.</summary>
    public byte[] TakePicture() => driver.GetScreenshot().AsByteArray;

    /// <summary>Leaves the page and forgets its requests and problems, so that what follows is of later pages alone.</summary>
    public void LeavePage()
    {
        driver.Navigate().GoToUrl("about:blank");
        Collect();
        requests.Clear();
        problems.Clear();
    }

    /// <summary>The addresses of all requests since the start or the last <see cref="LeavePage"/>, WebSockets included.</summary>
    public IReadOnlyList<string> Requests()
    {
        Collect();
        return requests;
    }

    /// <summary>Warnings and errors of the console since the last call.</summary>
    public IReadOnlyList<string> TakeProblems()
    {
        Collect();
        List<string> found = [.. problems];
        problems.Clear();
        return found;
    }

    public void Dispose()
    {
        driver.Dispose();
        service.Dispose();
    }

    private void Command(string name, Dictionary<string, object?> parameters) => driver.ExecuteCdpCommand(name, parameters);

    private void Collect()
    {
        if (!records)
            return;
        problems.AddRange(driver.Manage().Logs.GetLog(LogType.Browser).Where(line => line.Level >= LogLevel.Warning).Select(line => line.Message));
        foreach (var entry in driver.Manage().Logs.GetLog(Performance))
        {
            using var document = JsonDocument.Parse(entry.Message);
            var message = document.RootElement.GetProperty("message");
            switch (message.GetProperty("method").GetString())
            {
                case "Network.requestWillBeSent":
                    requests.Add(message.GetProperty("params").GetProperty("request").GetProperty("url").GetString()!);
                    break;
                case "Network.webSocketCreated":
                    requests.Add(message.GetProperty("params").GetProperty("url").GetString()!);
                    break;
            }
        }
    }
}
