using System.Diagnostics;
using Ingester.Benchmarks.EndToEnd;
using Ingester.Browser.Tests.Driving;
using Ingester.Demo;
using OpenQA.Selenium;

namespace Ingester.Benchmarks.Viewing;

/// <summary>A dashboard with browser tabs that look at it, all on the CPU of senders. One more tab opens pages in turn and measures how long each takes.</summary>
internal sealed class Viewers : IAsyncDisposable
{
    private const int MaxBrowsers = 3;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource<Uri> serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, List<double>> seconds = [];
    private readonly List<string> words = [];
    private readonly Process process;
    private readonly Task viewing;

    /// <summary>Starts the dashboard and opens the tabs.</summary>
    /// <param name="program">The command that starts the dashboard.</param>
    /// <param name="recorder">The status page of the recorder.</param>
    /// <param name="store">The directory of its store.</param>
    /// <param name="count">Number of tabs.</param>
    /// <param name="warm">Time until the measurement begins.</param>
    /// <param name="measured">Duration of the measurement.</param>
    public Viewers(IReadOnlyList<string> program, Uri recorder, string store, int count, TimeSpan warm, TimeSpan measured)
    {
        var address = new Uri($"http://127.0.0.1:{ReplicaProcess.FreePort()}");
        var began = Stopwatch.GetTimestamp();
        process = PinnedProcess.Start(
            PinnedProcess.Sender, [.. program, "--store", store, "--recorders", recorder.GetLeftPart(UriPartial.Authority), "--listen", address.GetLeftPart(UriPartial.Authority)], line => Hear(line, address));
        viewing = Task.Run(async () => View(await serving.Task.WaitAsync(StartLimit), count, began, warm, measured));
    }

    /// <summary>The pages, by their names in the results.</summary>
    public static IReadOnlyList<string> Pages { get; } = ["Now", "market", "Completeness", "Days"];

    /// <summary>Time from the start of the dashboard's process until all tabs were open.</summary>
    public TimeSpan OpenAfter { get; private set; }

    /// <summary>CPU time of the dashboard per elapsed time, during the measurement.</summary>
    public double Cores { get; private set; }

    /// <summary>The peak working set of the dashboard in bytes, until the end of the measurement.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>What failed; null for nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>The times from the request of a page until it was connected and showed its data.</summary>
    public IReadOnlyList<double> SecondsUntilUsable(string page) => seconds.GetValueOrDefault(page) ?? [];

    /// <summary>Waits for the end of the measurement, and ends the dashboard.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await viewing;
        }
        catch (Exception failed) // the edge of a measurement: what fails is its result
        {
            lock (words)
                Problem = $"The viewers failed: {failed.Message}\n{string.Join('\n', words.TakeLast(5))}";
        }

        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private void View(Uri dashboard, int count, long began, TimeSpan warm, TimeSpan measured)
    {
        using var browser = OpenTabs(dashboard, count);
        OpenAfter = Stopwatch.GetElapsedTime(began);
        if (warm - OpenAfter is var left && left > TimeSpan.Zero)
            Thread.Sleep(left);
        var (from, cpu) = (Stopwatch.GetTimestamp(), Usage().Cpu);
        browser.OpenTab(dashboard); // of the measured openings
        for (var opening = 0; Stopwatch.GetElapsedTime(from) < measured; opening++)
        {
            var page = Pages[opening % Pages.Count];
            var start = Stopwatch.GetTimestamp();
            browser.Open(AddressOf(dashboard, page, opening));
            (seconds.TryGetValue(page, out var times) ? times : seconds[page] = []).Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            Thread.Sleep(TimeSpan.FromSeconds(1)); // a reader looks at it
        }

        var usage = Usage();
        Cores = (usage.Cpu - cpu) / Stopwatch.GetElapsedTime(from);
        PeakMemory = usage.Memory;
    }

    /// <summary>Starts the browser and opens the tabs. A Chromium with many tabs sometimes stops answering its driver, although its pages are loaded: another one is started then.</summary>
    private static ChromiumBrowser OpenTabs(Uri dashboard, int count)
    {
        for (var attempt = 1; ; attempt++)
        {
            var browser = ChromiumBrowser.Start(records: false);
            try
            {
                for (var tab = 0; tab < count; tab++)
                    browser.OpenTab(AddressOf(dashboard, tab % 2 == 0 ? Pages[0] : Pages[1 + tab / 2 % (Pages.Count - 1)], tab));
                return browser;
            }
            catch (WebDriverException silent) when (attempt < MaxBrowsers)
            {
                browser.Dispose();
                Console.WriteLine($"Browser {attempt} stopped answering, and another one was started: {silent.Message}");
            }
        }
    }

    private static Uri AddressOf(Uri dashboard, string page, int market) => new(dashboard, page switch
    {
        "Now" => "",
        "market" => $"market/binance/M{market % 4:00000}-USDT",
        _ => page.ToLowerInvariant(),
    });

    private (TimeSpan Cpu, long Memory) Usage()
    {
        process.Refresh();
        return (process.TotalProcessorTime, process.PeakWorkingSet64);
    }

    private void Hear(string line, Uri address)
    {
        lock (words)
            if (line.Length > 0)
                words.Add(line);
        if (line.StartsWith("The dashboard is at", StringComparison.Ordinal))
            serving.TrySetResult(address);
    }
}
