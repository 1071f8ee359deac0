[assembly: AssemblyFixture(typeof(Ingester.Browser.Tests.Driving.RunningDashboard))]

namespace Ingester.Browser.Tests.Driving;

/// <summary>The dashboard over a simulated system, with a browser, for all tests. Where there is no Chromium, tests are skipped and say so.</summary>
public sealed class RunningDashboard : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-browser-").FullName;
    private SimulatedSystem? system;
    private StartedDashboard? dashboard;
    private ChromiumBrowser? browser;

    /// <summary>The exchanges and recorders.</summary>
    internal SimulatedSystem System => Require(system);

    /// <summary>The dashboard.</summary>
    internal StartedDashboard Dashboard => Require(dashboard);

    /// <summary>The browser; of one test at a time.</summary>
    internal ChromiumBrowser Browser => Require(browser);

    /// <summary>The name of the market whose trades have a gap that nothing closed.</summary>
    internal string GappedMarket { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (ChromiumBrowser.Absent is not null)
            return;
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        browser = ChromiumBrowser.Start();
        system = await SimulatedSystem.StartAsync(folder, cancel);
        GappedMarket = system.Trades(SimulatedSystem.Unrepaired).Market;
        system.Exchanges.DropNext(system.Trades(SimulatedSystem.Unrepaired), 5);
        await system.UntilStoredAsync(SimulatedSystem.Minutes(3), cancel);
        await CertifyAsync();
        dashboard = await StartedDashboard.StartAsync(
            ["--store", system.Store, "--recorders", system.Recorders, "--recorder-token", SimulatedSystem.Token, "--key", Path.Combine(folder, "signing.pub.pem"), .. system.ClockArguments]);
        browser.AllowClipboard(dashboard.Address);
    }

    public async ValueTask DisposeAsync()
    {
        browser?.Dispose();
        dashboard?.Dispose();
        if (system is not null)
            await system.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static T Require<T>(T? started) where T : class
    {
        Assert.SkipWhen(ChromiumBrowser.Absent is not null, ChromiumBrowser.Absent ?? "");
        return started!;
    }

    private async Task CertifyAsync()
    {
        int[] degraded = [0, 3]; // a day that is not over is degraded
        var day = system!.Day;
        await system.RunAsync([0], "certificate", "key", "signing.pem");
        await system.RunAsync(degraded, "export", "--date", day, "--exchange", SimulatedSystem.Repaired, "--config", system.Configuration);
        await system.RunAsync(degraded, "certificate", "create", "--date", day, "--key", "signing.pem", "--config", system.Configuration);
    }
}
