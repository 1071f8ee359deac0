using System.Globalization;
using Ingester.Benchmarks.EndToEnd;
using Ingester.Benchmarks.Scenarios;
using Ingester.Browser.Tests.Driving;

namespace Ingester.Benchmarks.Viewing;

/// <summary>Measures what viewers of the dashboard cost the recorder, what the dashboard itself uses, and how long a page takes.</summary>
internal static class DashboardCommand
{
    private const int Connections = 100;
    private const double MaxRise = 1.05;
    private const double MaxCores = 1;
    private const double MaxMemory = 700;
    private const double MaxPage = 1;

    private const string Usage = """
        dashboard YARDSTICKS [--streams 10000] [--rate 20000] [--warm 60] [--seconds 60] [--viewers 20] [--rounds 5]

          --streams streams on 100 connections at --rate frames/s, without a dashboard and with one that --viewers browser tabs look at: in turn, --rounds
          times. The tabs are opened in the first --warm seconds; --seconds are measured. Half of the tabs show Now, the others in turn a market,
          Completeness and Days. While it measures, one more tab opens each of these pages in turn. Needs Debian's packages chromium and chromium-driver.
          The recorder has a CPU of its own; all others share the CPU of senders. Nothing is lost; the median of the pairs of the recorder's CPU time rises
          by at most 5 %; the dashboard uses less than one core and 700 MiB; the median time until a page is usable (connected, with its data) is at most 1 s.
        """;

    /// <summary>Runs it; 0 when nothing was lost and the bounds hold.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (ChromiumBrowser.Absent is { } absent)
        {
            await Console.Error.WriteLineAsync(absent);
            return 1;
        }

        string[]? dashboard = null;
        if (await ScenarioOptions.ReadAsync(arguments, Usage, PublishAsync, ("--streams", 10_000), ("--rate", 20_000), ("--warm", 60), ("--seconds", 60), ("--viewers", 20), ("--rounds", 5)) is not { } options)
            return 2;
        options.Settings.Add("Ingester:Live:Enabled=true");
        dashboard ??= await Published.DashboardAsync();
        var verdict = new Verdict();
        Console.WriteLine("| viewers | frames | recorder: CPU s per million frames | sender late | all tabs open after | dashboard: cores | peak MiB | median seconds until usable: Now | market | Completeness | Days |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var rises = new List<double>();
        for (var round = 0; round < options.Number("--rounds"); round++)
        {
            var alone = await MeasureAsync(options, null, verdict);
            rises.Add(await MeasureAsync(options, dashboard, verdict) / alone);
        }

        Console.WriteLine($"\nThe recorder's CPU with viewers, relative to the run before without: {string.Join(", ", rises.Select(rise => rise.ToString("0.000", CultureInfo.InvariantCulture)))}.");
        verdict.AtMost("recorder's CPU with viewers, × without (median of pairs)", Median(rises), MaxRise);
        return verdict.ExitCode;

        async Task<string[]> PublishAsync() // both, before this program is bound to the CPU of senders
        {
            dashboard = await Published.DashboardAsync();
            return await Published.RecorderAsync();
        }
    }

    /// <summary>One run; returns the recorder's CPU seconds per million frames.</summary>
    private static async Task<double> MeasureAsync(ScenarioOptions options, string[]? dashboard, Verdict verdict)
    {
        Viewers? viewers = null;
        var (warm, seconds) = (options.Number("--warm"), options.Number("--seconds"));
        var outcome = await new Scenario
        {
            Options = options,
            Feed = new()
            {
                Data = options.Data,
                Markets = options.Number("--streams") / 2,
                Connections = Math.Min(Connections, options.Number("--streams") / 2),
                StampDue = true, // the sender sleeps between frames: it shares its CPU
                Paces = [new(options.Number("--rate"), warm + seconds + 5)],
            },
            Attach = (recorder, store) => viewers = dashboard is null ? null : new(dashboard, recorder, store, options.Number("--viewers"), TimeSpan.FromSeconds(warm), TimeSpan.FromSeconds(seconds)),
        }.RunAsync();
        verdict.Take(outcome);
        var piece = new Piece(outcome.After(warm), outcome.After(warm + seconds));
        var row = $"{piece.Frames} | {piece.PerMillion:0.00} | {outcome.SenderLate.TotalMilliseconds:0} ms";
        if (viewers is null)
        {
            Console.WriteLine($"| 0 | {row} | | | | | | | |");
            return piece.PerMillion;
        }

        if (viewers.Problem is { } problem)
            verdict.Wrong(problem);
        var pages = Viewers.Pages.Select(page => (page, Seconds: viewers.SecondsUntilUsable(page))).ToList();
        Console.WriteLine($"| {options.Number("--viewers")} | {row} | {viewers.OpenAfter.TotalSeconds:0.0} s | {viewers.Cores:0.00} | {viewers.PeakMemory >> 20} | "
            + string.Join(" | ", pages.Select(page => page.Seconds.Count == 0 ? "–" : $"{Median(page.Seconds):0.00} ({page.Seconds.Count})")) + " |");
        verdict.AtMost("seconds until all tabs are open", viewers.OpenAfter.TotalSeconds, warm);
        verdict.AtMost("cores of the dashboard", viewers.Cores, MaxCores);
        verdict.AtMost("MiB of the dashboard", viewers.PeakMemory / (double)(1 << 20), MaxMemory);
        foreach (var (page, times) in pages)
        {
            verdict.AtLeast($"openings of {page}", times.Count, 1);
            if (times.Count > 0)
                verdict.AtMost($"seconds until {page} is usable", Median(times), MaxPage);
        }

        return piece.PerMillion;
    }

    private static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[sorted.Count / 2] + sorted[(sorted.Count - 1) / 2]) / 2;
    }
}
