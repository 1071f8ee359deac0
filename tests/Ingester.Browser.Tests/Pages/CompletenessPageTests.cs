using System.Diagnostics;
using System.Text.Json;
using Ingester.Browser.Tests.Driving;
using Ingester.Demo;

namespace Ingester.Browser.Tests.Pages;

/// <summary>From the map of all streams to the minute with a gap, and the command that closes it.</summary>
public sealed class CompletenessPageTests(RunningDashboard running)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string[] WrongStates = ["missing", "partial", "disputed"];

    private ChromiumBrowser Browser => running.Browser;

    [Fact]
    public async Task Gap_is_found_on_the_map_and_the_copied_command_closes_it()
    {
        var market = running.GappedMarket;
        Browser.Open(running.Dashboard.Page($"completeness?exchange={SimulatedSystem.Unrepaired}&dataset=trades"));
        Browser.ClickUntil(() => Browser.Find("input[name=only]"), "only what is missing is shown", () => Browser.Address.Query.Contains("only=", StringComparison.Ordinal));
        var day = $"completeness/{SimulatedSystem.Unrepaired}/trades/{market}/{running.System.Day}";
        Browser.Until("the day of the gap is on the map", () => Browser.FindAll($"a[href*='{day}']").Count == 1);
        Browser.Reload();
        Browser.Until("the day of the gap is on the map after a reload", () => Browser.FindAll($"a[href*='{day}']").Count == 1);
        Assert.Contains(WrongStates, state => Browser.Find($"a[href*='{day}']").GetAttribute("title")!.Contains(state, StringComparison.Ordinal));
        Browser.ClickUntil(() => Browser.Find($"a[href*='{day}']"), "the day is shown", () => Browser.Address.AbsolutePath.EndsWith(running.System.Day, StringComparison.Ordinal));
        Browser.UntilLoaded();

        var gap = Browser.Rows("Gaps").Where(row => row[^1] == "open" && row[3].Contains("skip", StringComparison.Ordinal)).ToList();
        var time = Assert.Single(gap)[0].Split(' ')[1][..5]; // 2026-11-20 10:01:02.345 is in the minute 10:01
        Browser.ClickUntil(() => Browser.Find($"td a[aria-label^='{time} ']"), "the minute is selected", () => Browser.FindAll(".command code").Count > 0);
        var command = Browser.Texts(".command code")[0];
        Assert.StartsWith("ingester repair ", command, StringComparison.Ordinal);
        Browser.ClickUntil(() => Browser.FindControl("Copy the command"), "the command is copied", () => Browser.Texts(".command [role=status]")[0] == "Copied.");
        Assert.Equal(command, Browser.ReadClipboard());

        Browser.Reload();
        Browser.Until("the minute is still selected", () => Browser.Texts(".command code") is [var again, ..] && again == command);
        await RunAsync(command);
        var audit = await running.System.RunAsync([0, 1, 3], "audit", "--from", $"{running.System.Day}T00:00", "--to", $"{running.System.Day}T23:59", "--exchange", SimulatedSystem.Unrepaired, "--pair", market,
            "--dataset", "trades", "--config", running.System.Configuration, "--json");
        using var report = JsonDocument.Parse(audit);
        Assert.Equal(0, report.RootElement.GetProperty("streams")[0].GetProperty("missingIds").GetArrayLength());
    }

    [Fact]
    public void States_are_told_by_words_and_signs_and_not_by_colour_alone()
    {
        Browser.Open(PageList.Address(running, "day"));
        Browser.Until("the minutes are shown", () => Browser.Rows("Minutes of the day, one row for each hour (UTC)").Count == 24);
        var cells = Browser.Rows("Minutes of the day, one row for each hour (UTC)").SelectMany(row => row.Skip(1)).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(cells.Count >= 2, string.Join(' ', cells)); // at least complete, and not expected
        Assert.Equal(6, Browser.Texts(".legend li").Count);
        Assert.NotEmpty(Browser.Rows("The day in words"));
    }

    /// <summary>Runs a command line as it is written; only the addresses of the simulated exchanges are added.</summary>
    private async Task RunAsync(string command)
    {
        var program = string.Join(' ', ReplicaProcess.OwnCommandLine().Select(part => $"'{part}'"));
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"ingester() {{ {program} \"$@\" --config '{running.System.Configuration}'; }}\n{command}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(shell.ExitCode is 0 or 3, $"{command}: exit code {shell.ExitCode}\n{await output}\n{await error}");
    }
}
